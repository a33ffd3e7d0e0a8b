/*
 * Wake-ups without polling: one thread sleeps in epoll_wait on the inotify descriptors of the journal and of its
 * folders, and passes each event on as a byte. They are armed for one event at a time (EPOLLONESHOT), so the thread cannot
 * spin and an idle journal costs nothing. journald tells of an entry 250 to 500 ms late (POST_CHANGE_TIMER_INTERVAL_USEC
 * and sd-event's accuracy). So where one is expected the thread looks by itself whether any was written, ever less often,
 * until being told is soon enough.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "f2b-journal.h"

/* How soon after an entry the next one is looked for, µs. */
#define SHORTEST_WAIT 20000
/* The wait after a silence is this part of it: who was quiet for 2 s is noticed 40 ms late at the most. */
#define PART_OF_SILENCE 50
/* Waiting longer than this is left to journald, µs. */
#define LONGEST_WAIT 250000
/* From when an entry is counted until it can be found, µs: journald takes some for it. */
#define WRITING 1000

struct waiter {
  pthread_t thread;
  int journal_fd, folders_fd;
  int epoll;
  int timer;
  int stop;
  int pipe;
  /* When the thread looks by itself. */
  int look;
  struct tails *tails;
  /* When entries were expected last, µs on CLOCK_MONOTONIC. */
  _Atomic uint64_t expected;
  /* How many entries there were when somebody read them. */
  _Atomic uint64_t seen;
};

static int set_timer(int timer, int flags, uint64_t usec) {
  struct itimerspec at = {.it_value = {.tv_sec = (time_t)(usec / 1000000), .tv_nsec = (long)(usec % 1000000) * 1000}};
  return timerfd_settime(timer, flags, &at, NULL) < 0 ? -errno : 0;
}

static void look_later(struct waiter *waiter) {
  uint64_t expected = waiter->expected, wait = (micros_now() - expected) / PART_OF_SILENCE;
  if (wait < SHORTEST_WAIT) wait = SHORTEST_WAIT;
  if (expected == 0 || wait >= LONGEST_WAIT) wait = 0;
  set_timer(waiter->look, 0, wait);
}

/* True when an entry was written that nobody read. */
static bool look(struct waiter *waiter) {
  FILES_MAY_SHRINK;
  uint64_t n;
  while (read(waiter->look, &n, sizeof n) < 0 && errno == EINTR) continue;
  uint64_t count = tails_count(waiter->tails), seen = waiter->seen;
  if (count == seen) look_later(waiter);
  else usleep(WRITING);
  return count != seen;
}

static void *wait_and_tell(void *argument) {
  struct waiter *waiter = argument;
  for (;;) {
    struct epoll_event event;
    int n = epoll_wait(waiter->epoll, &event, 1, -1);
    if (n < 0 && errno != EINTR) return NULL;
    if (n <= 0) continue;
    if (event.data.fd == waiter->stop) return NULL;
    if (event.data.fd == waiter->look && !look(waiter)) continue;
    /* A full pipe means that a wake-up is already on its way. */
    while (write(waiter->pipe, "", 1) < 0 && errno == EINTR) continue;
  }
}

static int watch(int epoll, int operation, int fd, uint32_t events) {
  if (fd < 0) return 0;
  struct epoll_event event = {.events = events, .data.fd = fd};
  return epoll_ctl(epoll, operation, fd, &event) < 0 ? -errno : 0;
}

int waiter_arm(struct waiter *waiter, uint64_t timeout) {
  int r = set_timer(waiter->timer, TFD_TIMER_ABSTIME, timeout == UINT64_MAX ? 0 : timeout + 1);
  if (r >= 0) r = watch(waiter->epoll, EPOLL_CTL_MOD, waiter->timer, EPOLLIN | EPOLLONESHOT);
  if (r >= 0) r = watch(waiter->epoll, EPOLL_CTL_MOD, waiter->journal_fd, EPOLLIN | EPOLLONESHOT);
  if (r >= 0) r = watch(waiter->epoll, EPOLL_CTL_MOD, waiter->folders_fd, EPOLLIN | EPOLLONESHOT);
  if (r >= 0 && waiter->expected != 0) look_later(waiter);
  return r;
}

void waiter_expect(struct waiter *waiter) {
  if (!waiter->tails) return;
  waiter->expected = micros_now();
  look_later(waiter);
}

void waiter_note(struct waiter *waiter, uint64_t count) { waiter->seen = count; }

static void close_all(struct waiter *waiter) {
  int fds[] = {waiter->epoll, waiter->timer, waiter->look, waiter->stop, waiter->pipe};
  for (size_t i = 0; i < sizeof fds / sizeof *fds; i++)
    if (fds[i] >= 0) close(fds[i]);
  free(waiter);
}

static int start_thread(struct waiter *waiter) {
  int r = start_quiet_thread(&waiter->thread, wait_and_tell, waiter);
  if (r == 0) pthread_setname_np(waiter->thread, "f2b-journal");
  return r;
}

int waiter_start(int journal_fd, int folders_fd, struct tails *tails, struct waiter **ret, int *ret_pipe) {
  int pipes[2];
  struct waiter *waiter = malloc(sizeof *waiter);
  if (!waiter) return -ENOMEM;
  *waiter = (struct waiter){.journal_fd = journal_fd, .folders_fd = folders_fd, .tails = tails, .pipe = -1};
  waiter->epoll = epoll_create1(EPOLL_CLOEXEC);
  waiter->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
  waiter->look = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
  waiter->stop = eventfd(0, EFD_CLOEXEC);
  int r = waiter->epoll < 0 || waiter->timer < 0 || waiter->look < 0 || waiter->stop < 0 ? -errno : 0;
  if (r == 0 && pipe2(pipes, O_CLOEXEC | O_NONBLOCK) < 0) r = -errno;
  if (r < 0) {
    close_all(waiter);
    return r;
  }
  waiter->pipe = pipes[1];
  r = watch(waiter->epoll, EPOLL_CTL_ADD, waiter->stop, EPOLLIN);
  if (r == 0) r = watch(waiter->epoll, EPOLL_CTL_ADD, waiter->timer, 0);
  if (r == 0) r = watch(waiter->epoll, EPOLL_CTL_ADD, waiter->look, EPOLLIN);
  if (r == 0) r = watch(waiter->epoll, EPOLL_CTL_ADD, journal_fd, 0);
  if (r == 0) r = watch(waiter->epoll, EPOLL_CTL_ADD, folders_fd, 0);
  if (r == 0) r = start_thread(waiter);
  if (r < 0) {
    close(pipes[0]);
    close_all(waiter);
    return r;
  }
  *ret = waiter;
  *ret_pipe = pipes[0];
  return 0;
}

void waiter_stop(struct waiter *waiter) {
  if (!waiter) return;
  while (eventfd_write(waiter->stop, 1) < 0 && errno == EINTR) continue;
  pthread_join(waiter->thread, NULL);
  close_all(waiter);
}
