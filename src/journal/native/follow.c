/* Wake-ups, and what changed when they come. */
#include <errno.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "f2b-journal.h"

uint64_t micros_now(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

static int arm(struct reader *reader) {
  uint64_t timeout = UINT64_MAX;
  int r = reader->fd < 0 ? 0 : sd_journal_get_timeout(reader->journal, &timeout);
  if (r < 0) return r;
  if (reader->unwatched) timeout = micros_now() + LOOK_EVERY;
  return waiter_arm(reader->waiter, timeout);
}

/* Starts the wake-ups; `*ret_pipe` becomes readable when the journal may have changed, and is the caller's to close. */
EXPORT int f2b_watch(uint64_t handle, int32_t *ret_pipe) {
  struct reader *reader = reader_of(handle);
  if (reader->waiter) return -EBUSY;
  int folders = reader->folders ? folders_fd(reader->folders) : -1;
  int r = waiter_start(reader->fd, folders, reader->tails, &reader->waiter, ret_pipe);
  if (r < 0) return r;
  reader->unwatched = f2b_unwatched(handle);
  r = arm(reader);
  if (r < 0) {
    close(*ret_pipe);
    waiter_stop(reader->waiter);
    reader->waiter = NULL;
  }
  return r;
}

/* Entries are expected soon: it will be looked for them before journald tells. */
EXPORT void f2b_expect(uint64_t handle) {
  struct waiter *waiter = busy_reader_of(handle)->waiter;
  if (waiter) waiter_expect(waiter);
}

/* From now on wake-ups come by time, whatever changes: `reason` is what f2b_unwatched returns. */
EXPORT int f2b_look_by_time(uint64_t handle, int reason) {
  struct reader *reader = reader_of(handle);
  reader->unwatched = reason;
  return reader->waiter ? arm(reader) : 0;
}

/* Stands on the undelivered entry again, or on the one after it when it is gone. */
static int return_to(struct reader *reader, const char *cursor) {
  if (reader->are_several) {
    reader->undelivered = DELIVERED;
    reader->look = ANEW;
    return 0;
  }
  bool backwards = reader->undelivered == BACKWARDS;
  int r = sd_journal_seek_cursor(reader->journal, cursor);
  if (r >= 0) r = backwards ? sd_journal_previous(reader->journal) : sd_journal_next(reader->journal);
  if (r <= 0) reader->undelivered = DELIVERED;
  return r;
}

/* What sd_journal_process returned since the last time: SD_JOURNAL_NOP, _APPEND or, the most of all, _INVALIDATE. */
static int take_changes(struct reader *reader) {
  int r = reader_take_changes(reader);
  if (r >= 0) r = reader->changed;
  reader->changed = SD_JOURNAL_NOP;
  return r;
}

/* Whether the journal lies elsewhere by now; `told`: its folders changed. */
static bool has_moved(struct reader *reader, bool told, bool look) {
  if (!reader->folders || reader->moved) return reader->moved;
  if (told || look || reader->unwatched) reader->moved = folders_moved(reader->folders, reader->unwatched);
  return reader->moved;
}

static int process_call(struct guest_call *call) { return f2b_process(call->handle, call->flags); }

/*
 * To be called after each wake-up: takes in what changed (new, rotated, deleted files) and asks for the next wake-up.
 * With `look` it is also found out whether the journal moved without anybody telling. Returns enum changes.
 * libsystemd no longer stands on an entry whose file was renamed, so an undelivered one is sought again.
 */
EXPORT int f2b_process(uint64_t handle, uint32_t look) {
  FILES_MAY_SHRINK;
  struct guest *guest = guest_of(handle);
  if (guest) return guest_run(guest, (struct guest_call){.run = process_call, .handle = handle, .flags = look});
  struct reader *reader = reader_of(handle);
  char *cursor = NULL;
  int settled = reader_settle(reader);
  if (settled < 0) return settled;
  /* Before anything is read: what comes while it is read is told. */
  uint64_t count = reader->tails ? tails_count(reader->tails) : 0;
  if (reader->waiter) waiter_note(reader->waiter, count);
  if (reader->undelivered && sd_journal_get_cursor(reader->journal, &cursor) < 0) reader->undelivered = DELIVERED;
  int changed = take_changes(reader);
  int r = changed;
  if (cursor && changed == SD_JOURNAL_INVALIDATE) r = return_to(reader, cursor);
  free(cursor);
  enum folders_events events = reader->folders ? folders_take_events(reader->folders) : FOLDERS_QUIET;
  bool told = changed > 0 || (reader->is_of_host && events != FOLDERS_QUIET);
  if (r > 0 || (r == 0 && told)) r = reader_look_again(reader);
  bool moved = has_moved(reader, events == FOLDERS_CHANGED, look);
  if (r >= 0 && reader->waiter) r = arm(reader);
  if (r < 0) return r;
  return (told ? CHANGES_TOLD : 0) | (changed == SD_JOURNAL_INVALIDATE ? CHANGES_FILES : 0) | (moved ? CHANGES_PLACE : 0);
}
