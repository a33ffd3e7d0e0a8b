/*
 * Wake-ups without polling: one thread sleeps in epoll_wait on the inotify descriptors of the journal and of its
 * folders, and passes each event on as a byte. They are armed for one event at a time (EPOLLONESHOT), so the thread cannot spin and an idle
 * journal costs nothing.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "f2b-journal.h"

struct waiter {
  pthread_t thread;
  int journal_fd, folders_fd;
  int epoll;
  int timer;
  int stop;
  int pipe;
};

static void *wait_and_tell(void *argument) {
  struct waiter *waiter = argument;
  for (;;) {
    struct epoll_event event;
    int n = epoll_wait(waiter->epoll, &event, 1, -1);
    if (n < 0 && errno != EINTR) return NULL;
    if (n <= 0) continue;
    if (event.data.fd == waiter->stop) return NULL;
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
  struct itimerspec at = {0};
  if (timeout != UINT64_MAX) {
    at.it_value.tv_sec = (time_t)(timeout / 1000000);
    at.it_value.tv_nsec = (long)(timeout % 1000000) * 1000 + 1;
  }
  if (timerfd_settime(waiter->timer, TFD_TIMER_ABSTIME, &at, NULL) < 0) return -errno;
  int r = watch(waiter->epoll, EPOLL_CTL_MOD, waiter->timer, EPOLLIN | EPOLLONESHOT);
  if (r >= 0) r = watch(waiter->epoll, EPOLL_CTL_MOD, waiter->journal_fd, EPOLLIN | EPOLLONESHOT);
  return r < 0 ? r : watch(waiter->epoll, EPOLL_CTL_MOD, waiter->folders_fd, EPOLLIN | EPOLLONESHOT);
}

static void close_all(struct waiter *waiter) {
  int fds[] = {waiter->epoll, waiter->timer, waiter->stop, waiter->pipe};
  for (size_t i = 0; i < sizeof fds / sizeof *fds; i++)
    if (fds[i] >= 0) close(fds[i]);
  free(waiter);
}

/* Signals are Node's business: the thread starts with all of them blocked. */
static int start_thread(struct waiter *waiter) {
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  int r = pthread_create(&waiter->thread, NULL, wait_and_tell, waiter);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  if (r == 0) pthread_setname_np(waiter->thread, "f2b-journal");
  return -r;
}

int waiter_start(int journal_fd, int folders_fd, struct waiter **ret, int *ret_pipe) {
  int pipes[2];
  struct waiter *waiter = malloc(sizeof *waiter);
  if (!waiter) return -ENOMEM;
  *waiter = (struct waiter){.journal_fd = journal_fd, .folders_fd = folders_fd, .pipe = -1};
  waiter->epoll = epoll_create1(EPOLL_CLOEXEC);
  waiter->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
  waiter->stop = eventfd(0, EFD_CLOEXEC);
  int r = waiter->epoll < 0 || waiter->timer < 0 || waiter->stop < 0 ? -errno : 0;
  if (r == 0 && pipe2(pipes, O_CLOEXEC | O_NONBLOCK) < 0) r = -errno;
  if (r < 0) {
    close_all(waiter);
    return r;
  }
  waiter->pipe = pipes[1];
  r = watch(waiter->epoll, EPOLL_CTL_ADD, waiter->stop, EPOLLIN);
  if (r == 0) r = watch(waiter->epoll, EPOLL_CTL_ADD, waiter->timer, 0);
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
