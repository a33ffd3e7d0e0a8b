/*
 * Files that another machine's root may write can be made so that libsystemd goes through them for ever. So all that is
 * asked of such a reader is done by a thread of its own, and the caller waits so long and no longer. Invariant: what was
 * waited for in vain is never touched again by the caller; its thread closes it, whenever it is done, and until then the
 * same folder is not opened again.
 */
#define _GNU_SOURCE
#include "guest.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "f2b-journal.h"

/*
 * Processor time that it may take in all, µs, less one part in SHARE of the time that passes meanwhile: a busy machine or a
 * slow disk is nobody's fault.
 */
#define TIME_LIMIT 3000000
#define SHARE 8
/* Longer than this nothing is waited for, however little it takes, µs. The service manager waits for the agent half a minute. */
#define LONGEST_WAIT 10000000
/* So often it is looked how much was taken, µs. */
#define SLICE 20000
/* What is delivered may take its time: so many bytes for each µs. Most entries take less. */
#define BYTES_PER_MICRO 8

struct guest {
  pthread_t thread;
  pthread_mutex_t mutex;
  pthread_cond_t changed;
  enum { RESTS, RUNS, ENDS } state;
  /* Waited for in vain: what it answers by and by nobody hears. */
  bool is_late;
  bool is_abandoned;
  struct guest *next_abandoned;
  char *directory;
  struct guest_call call;
  /* Copies of what the call points to, and room for what it answers. */
  char *text, *names, *buffer;
  size_t room;
  int result;
  uint64_t handle, owed, since;
};

static __thread bool is_guest;
static pthread_mutex_t all = PTHREAD_MUTEX_INITIALIZER;
static struct guest *abandoned;

bool guest_is_here(void) { return is_guest; }

static void free_guest(struct guest *guest) {
  pthread_mutex_destroy(&guest->mutex);
  pthread_cond_destroy(&guest->changed);
  free(guest->directory);
  free(guest->text);
  free(guest->names);
  free(guest->buffer);
  free(guest);
}

static void leave_abandoned(struct guest *guest) {
  pthread_mutex_lock(&all);
  struct guest **at = &abandoned;
  while (*at && *at != guest) at = &(*at)->next_abandoned;
  if (*at) *at = guest->next_abandoned;
  pthread_mutex_unlock(&all);
}

static void *serve(void *argument) {
  struct guest *guest = argument;
  is_guest = true;
  pthread_mutex_lock(&guest->mutex);
  while (guest->state != ENDS) {
    while (guest->state == RESTS) pthread_cond_wait(&guest->changed, &guest->mutex);
    if (guest->state == ENDS) break;
    pthread_mutex_unlock(&guest->mutex);
    int result = guest->call.run(&guest->call);
    pthread_mutex_lock(&guest->mutex);
    guest->result = result;
    guest->state = guest->is_abandoned ? ENDS : RESTS;
    pthread_cond_signal(&guest->changed);
  }
  bool is_abandoned = guest->is_abandoned;
  pthread_mutex_unlock(&guest->mutex);
  if (guest->handle) f2b_close(guest->handle);
  if (!is_abandoned) return NULL;
  leave_abandoned(guest);
  free_guest(guest);
  return NULL;
}

/* What was taken is owed, and forgiven with time. */
static void forgive(struct guest *guest, uint64_t now) {
  uint64_t forgiven = (now - guest->since) / SHARE;
  guest->owed -= forgiven < guest->owed ? forgiven : guest->owed;
  guest->since = now;
}

static uint64_t micros_of(struct timespec at) { return (uint64_t)at.tv_sec * 1000000 + (uint64_t)at.tv_nsec / 1000; }

/* The processor time of the thread, which is there as long as it is not abandoned. */
static uint64_t taken_by(const struct guest *guest) {
  clockid_t clock;
  struct timespec at;
  bool is_known = pthread_getcpuclockid(guest->thread, &clock) == 0 && clock_gettime(clock, &at) == 0;
  return is_known ? micros_of(at) : 0;
}

/* `taken`: what the thread may have taken at most, in its whole life. */
static int wait_for(struct guest *guest, uint64_t taken) {
  uint64_t end = micros_now() + LONGEST_WAIT;
  while (guest->state == RUNS) {
    uint64_t next = micros_now() + SLICE;
    struct timespec at = {.tv_sec = (time_t)(next / 1000000), .tv_nsec = (long)(next % 1000000) * 1000};
    pthread_cond_timedwait(&guest->changed, &guest->mutex, &at);
    if (guest->state == RUNS && (taken_by(guest) > taken || micros_now() > end)) return -ETIME;
  }
  return guest->result;
}

static int run(struct guest *guest, const struct guest_call *call) {
  pthread_mutex_lock(&guest->mutex);
  if (guest->state != RESTS) {
    pthread_mutex_unlock(&guest->mutex);
    return -ETIME;
  }
  uint64_t before = taken_by(guest);
  forgive(guest, micros_now());
  guest->call = *call;
  guest->state = RUNS;
  pthread_cond_signal(&guest->changed);
  int r = wait_for(guest, before + (TIME_LIMIT - guest->owed));
  uint64_t taken = taken_by(guest) - before, granted = call->buffer && r > 0 ? (uint64_t)r / BYTES_PER_MICRO : 0;
  guest->owed += taken > granted ? taken - granted : 0;
  if (guest->owed > TIME_LIMIT) guest->owed = TIME_LIMIT;
  guest->is_late = guest->state == RUNS;
  pthread_mutex_unlock(&guest->mutex);
  return r;
}

static bool keep(char **kept, const char *text, size_t length) {
  if (!text) return true;
  free(*kept);
  *kept = malloc(length + 1);
  if (!*kept) return false;
  memcpy(*kept, text, length);
  (*kept)[length] = 0;
  return true;
}

static bool keep_room(struct guest *guest, size_t size) {
  if (size <= guest->room) return true;
  free(guest->buffer);
  guest->buffer = malloc(size);
  guest->room = guest->buffer ? size : 0;
  return guest->buffer;
}

int guest_run(struct guest *guest, struct guest_call call) {
  char *buffer = call.buffer;
  uint32_t size = call.size;
  /* The thread may still be reading them. */
  pthread_mutex_lock(&guest->mutex);
  bool is_free = guest->state == RESTS && !guest->is_late;
  pthread_mutex_unlock(&guest->mutex);
  if (!is_free) return -ETIME;
  if (!keep(&guest->text, call.text, call.length) || (buffer && !keep_room(guest, size))) return -ENOMEM;
  call.text = call.text ? guest->text : NULL;
  call.buffer = buffer ? guest->buffer : NULL;
  int r = run(guest, &call);
  if (r > 0 && buffer) memcpy(buffer, guest->buffer, (size_t)r < size ? (size_t)r : size);
  return r;
}

static bool is_abandoned(const char *directory) {
  bool found = false;
  pthread_mutex_lock(&all);
  for (struct guest *guest = abandoned; guest; guest = guest->next_abandoned)
    found = found || strcmp(guest->directory, directory) == 0;
  pthread_mutex_unlock(&all);
  return found;
}

static struct guest *start(const char *directory, const char *names) {
  pthread_condattr_t clock;
  struct guest *guest = calloc(1, sizeof *guest);
  if (!guest) return NULL;
  pthread_mutex_init(&guest->mutex, NULL);
  pthread_condattr_init(&clock);
  pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
  pthread_cond_init(&guest->changed, &clock);
  pthread_condattr_destroy(&clock);
  guest->since = micros_now();
  guest->directory = strdup(directory);
  guest->names = strdup(names);
  if (guest->directory && guest->names && start_quiet_thread(&guest->thread, serve, guest) == 0) return guest;
  free_guest(guest);
  return NULL;
}

static int open_it(struct guest_call *call) {
  struct guest *guest = call->guest;
  uint64_t handle = 0;
  int r = f2b_open(guest->directory, "", "", call->flags, guest->names, &handle);
  guest->handle = handle;
  return r;
}

int guest_open(const char *directory, uint32_t flags, const char *names, struct guest **ret, uint64_t *handle) {
  if (is_abandoned(directory)) return -ETIME;
  struct guest *guest = start(directory, names);
  if (!guest) return -ENOMEM;
  int r = run(guest, &(struct guest_call){.run = open_it, .guest = guest, .flags = flags});
  if (r < 0) {
    guest_close(guest);
    return r;
  }
  *ret = guest;
  *handle = guest->handle;
  return 0;
}

void guest_close(struct guest *guest) {
  pthread_mutex_lock(&guest->mutex);
  bool is_busy = guest->state == RUNS;
  guest->is_abandoned = is_busy;
  if (is_busy) {
    pthread_mutex_lock(&all);
    guest->next_abandoned = abandoned;
    abandoned = guest;
    pthread_mutex_unlock(&all);
    pthread_detach(guest->thread);
    pthread_mutex_unlock(&guest->mutex);
    return;
  }
  guest->state = ENDS;
  pthread_cond_signal(&guest->changed);
  pthread_mutex_unlock(&guest->mutex);
  pthread_join(guest->thread, NULL);
  free_guest(guest);
}
