/*
 * In bulk, a thread of its own writes the next records while the caller is busy with those before. The reader belongs to
 * that thread while it does, and to the caller's otherwise: whoever asks for the reader waits for it to rest.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "f2b-journal.h"

struct ahead {
  pthread_t thread;
  pthread_mutex_t mutex;
  pthread_cond_t changed;
  struct reader *reader;
  enum { RESTS, FILLS, ENDS } state;
  /* What the thread is asked for, and what came of it: bytes in the buffer, or a negative errno. */
  uint32_t limit;
  int result;
  /* How many of these bytes were handed out. */
  size_t taken;
  char *buffer;
};

static void *fill(void *argument) {
  struct ahead *ahead = argument;
  pthread_mutex_lock(&ahead->mutex);
  for (;;) {
    while (ahead->state == RESTS) pthread_cond_wait(&ahead->changed, &ahead->mutex);
    if (ahead->state == ENDS) break;
    pthread_mutex_unlock(&ahead->mutex);
    ahead->result = reader_fill(ahead->reader, ahead->limit, DRAIN_CURSORS, ahead->buffer, MIN_BUFFER);
    pthread_mutex_lock(&ahead->mutex);
    ahead->state = RESTS;
    pthread_cond_broadcast(&ahead->changed);
  }
  pthread_mutex_unlock(&ahead->mutex);
  return NULL;
}

static void enter(struct ahead *ahead, int state) {
  pthread_mutex_lock(&ahead->mutex);
  ahead->state = state;
  pthread_cond_broadcast(&ahead->changed);
  pthread_mutex_unlock(&ahead->mutex);
}

void ahead_wait(struct ahead *ahead) {
  if (!ahead) return;
  pthread_mutex_lock(&ahead->mutex);
  while (ahead->state == FILLS) pthread_cond_wait(&ahead->changed, &ahead->mutex);
  pthread_mutex_unlock(&ahead->mutex);
}

static struct ahead *start(struct reader *reader) {
  struct ahead *ahead = malloc(sizeof *ahead);
  char *buffer = malloc(MIN_BUFFER);
  if (!ahead || !buffer) goto fail;
  *ahead = (struct ahead){.reader = reader, .buffer = buffer};
  pthread_mutex_init(&ahead->mutex, NULL);
  pthread_cond_init(&ahead->changed, NULL);
  if (start_quiet_thread(&ahead->thread, fill, ahead) == 0) return ahead;
fail:
  free(ahead);
  free(buffer);
  return NULL;
}

void ahead_begin(struct reader *reader, uint32_t limit) {
  if (!reader->ahead) reader->ahead = start(reader);
  struct ahead *ahead = reader->ahead;
  if (!ahead) return;
  ahead->limit = limit;
  ahead->taken = 0;
  enter(ahead, FILLS);
}

bool ahead_has_records(const struct ahead *ahead) { return ahead && ahead->result > 0 && ahead->taken < (size_t)ahead->result; }

int ahead_take(struct ahead *ahead, uint32_t limit, char *buffer) {
  size_t end = ahead->taken;
  uint32_t length;
  for (uint32_t n = 0; n < limit && end < (size_t)ahead->result; n++) {
    memcpy(&length, ahead->buffer + end, sizeof length);
    end += length;
  }
  size_t size = end - ahead->taken;
  memcpy(buffer, ahead->buffer + ahead->taken, size);
  ahead->taken = end;
  return (int)size;
}

int ahead_failure(struct ahead *ahead) {
  int failure = ahead && ahead->result < 0 ? ahead->result : 0;
  if (failure < 0) ahead->result = 0;
  return failure;
}

void ahead_end(struct reader *reader) {
  struct ahead *ahead = reader->ahead;
  if (!ahead) return;
  ahead_wait(ahead);
  enter(ahead, ENDS);
  pthread_join(ahead->thread, NULL);
  pthread_cond_destroy(&ahead->changed);
  pthread_mutex_destroy(&ahead->mutex);
  free(ahead->buffer);
  free(ahead);
  reader->ahead = NULL;
}
