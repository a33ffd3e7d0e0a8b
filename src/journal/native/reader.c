/* A journal handle's matches and its position, and its wake-ups. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "f2b-journal.h"

/* Restricts the journal. `term` is FIELD=value; empty starts the next alternative. */
EXPORT int f2b_match(uint64_t handle, const char *term, uint32_t length) {
  struct reader *reader = (struct reader *)(uintptr_t)handle;
  int r = matches_add(&reader->matches, term, length);
  if (r < 0) return r;
  return length ? sd_journal_add_match(reader->journal, term, length) : sd_journal_add_disjunction(reader->journal);
}

/* Lets through only what `term` holds for too. Reading in bulk knows of no such thing. */
EXPORT int f2b_restrict(uint64_t handle, const char *term) {
  struct reader *reader = (struct reader *)(uintptr_t)handle;
  free(reader->directory);
  reader->directory = NULL;
  int r = sd_journal_add_conjunction(reader->journal);
  return r < 0 ? r : sd_journal_add_match(reader->journal, term, 0);
}

/*
 * Writes the values that `field` has in this journal, each followed by a newline. Returns the bytes needed, even beyond
 * `size`.
 */
EXPORT int f2b_unique(uint64_t handle, const char *field, char *buffer, uint32_t size) {
  FILES_MAY_SHRINK;
  sd_journal *journal = ((struct reader *)(uintptr_t)handle)->journal;
  const void *data;
  size_t length, used = 0, skip = strlen(field) + 1;
  int r = sd_journal_query_unique(journal, field);
  if (r < 0) return r;
  while (sd_journal_enumerate_available_unique(journal, &data, &length) > 0) {
    if (length < skip || length - skip > MAX_VALUE) continue;
    length -= skip;
    if (used + length + 1 <= size) {
      memcpy(buffer + used, (const char *)data + skip, length);
      buffer[used + length] = '\n';
    }
    used += length + 1;
  }
  return (int)used;
}

static sd_journal *leave_position(uint64_t handle) {
  struct reader *reader = (struct reader *)(uintptr_t)handle;
  bulk_close(reader->bulk);
  reader->bulk = NULL;
  reader->undelivered = DELIVERED;
  reader->tail = false;
  reader->since = 0;
  reader_begin_after(reader, NULL);
  reader->is_looking = false;
  return reader->journal;
}

EXPORT int f2b_seek_head(uint64_t handle) { return sd_journal_seek_head(leave_position(handle)); }

/* Reading goes on after the entry that the journal stands on. */
static int begin_here(struct reader *reader) {
  struct place place;
  int r = reader_place(reader->journal, &place);
  if (r < 0) return r;
  reader_begin_after(reader, &place);
  return 1;
}

/* libsystemd's own tail is not enough: from there it does not find what arrives after a time without any entry. */
EXPORT int f2b_seek_tail(uint64_t handle) {
  FILES_MAY_SHRINK;
  sd_journal *journal = leave_position(handle);
  int r = sd_journal_seek_tail(journal);
  if (r >= 0) r = sd_journal_previous(journal);
  struct reader *reader = (struct reader *)(uintptr_t)handle;
  reader->tail = r > 0;
  if (r > 0) r = begin_here(reader);
  return r == 0 ? sd_journal_seek_head(journal) : r;
}

EXPORT int f2b_seek_realtime(uint64_t handle, uint64_t usec) {
  sd_journal *journal = leave_position(handle);
  ((struct reader *)(uintptr_t)handle)->since = usec;
  return sd_journal_seek_realtime_usec(journal, usec);
}

/* Stands on the entry that the cursor, or this part of one, is of: 1; else 0. Entries of the same instant are looked at. */
static int stand_on_cursor(sd_journal *journal, const char *cursor) {
  uint64_t first = 0, usec;
  int r = sd_journal_seek_cursor(journal, cursor);
  for (int n = 0; r >= 0 && (r = sd_journal_next(journal)) > 0; n++) {
    if (sd_journal_test_cursor(journal, cursor) > 0) return 1;
    if (sd_journal_get_monotonic_usec(journal, &usec, &(sd_id128_t){0}) < 0 || (n > 0 && usec != first)) return 0;
    first = usec;
  }
  return r;
}

/*
 * Returns 1 when the reader now stands on the entry of that cursor, or on the copy that journald made of it in another
 * file, as if it had been delivered. Returns 0 when the entry is gone; then it stands before the entries that libsystemd
 * thinks come after it.
 */
EXPORT int f2b_seek_cursor(uint64_t handle, const char *cursor) {
  FILES_MAY_SHRINK;
  sd_journal *journal = leave_position(handle);
  int r = stand_on_cursor(journal, cursor);
  /* A copy has everything but the sequence number, which stands in front. */
  const char *copied = strstr(cursor, ";b=");
  if (r == 0 && copied) r = stand_on_cursor(journal, copied + 1);
  if (r > 0) return begin_here((struct reader *)(uintptr_t)handle);
  if (r < 0) return r;
  struct place place;
  if (place_parse(cursor, &place)) reader_begin_after((struct reader *)(uintptr_t)handle, &place);
  r = sd_journal_seek_cursor(journal, cursor);
  return r < 0 ? r : 0;
}

static uint64_t micros_now(void) {
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
  struct reader *reader = (struct reader *)(uintptr_t)handle;
  if (reader->waiter) return -EBUSY;
  int folders = reader->folders ? folders_fd(reader->folders) : -1;
  int r = waiter_start(reader->fd, folders, &reader->waiter, ret_pipe);
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

/* From now on wake-ups come by time, whatever changes: `reason` is what f2b_unwatched returns. */
EXPORT int f2b_look_by_time(uint64_t handle, int reason) {
  struct reader *reader = (struct reader *)(uintptr_t)handle;
  reader->unwatched = reason;
  return reader->waiter ? arm(reader) : 0;
}

/* Stands on the undelivered entry again, or on the one after it when it is gone. */
static int return_to(struct reader *reader, const char *cursor) {
  if (reader->tails) {
    reader->undelivered = DELIVERED;
    reader->is_looking = false;
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
  int before = reader->changed;
  int r = sd_journal_process(reader->journal);
  reader->changed = SD_JOURNAL_NOP;
  if (r == SD_JOURNAL_INVALIDATE && reader->tails) tails_forget(reader->tails);
  return r < 0 || r > before ? r : before;
}

/* Whether the journal lies elsewhere by now. */
static bool has_moved(struct reader *reader, bool look) {
  if (!reader->folders || reader->moved) return reader->moved;
  bool told = folders_take_events(reader->folders);
  if (told || look || reader->unwatched) reader->moved = folders_moved(reader->folders, reader->unwatched);
  return reader->moved;
}

/*
 * To be called after each wake-up: takes in what changed (new, rotated, deleted files) and asks for the next wake-up.
 * With `look` it is also found out whether the journal moved without anybody telling. Returns enum changes.
 * libsystemd no longer stands on an entry whose file was renamed, so an undelivered one is sought again.
 */
EXPORT int f2b_process(uint64_t handle, uint32_t look) {
  FILES_MAY_SHRINK;
  struct reader *reader = (struct reader *)(uintptr_t)handle;
  char *cursor = NULL;
  int settled = reader_settle(reader);
  if (settled < 0) return settled;
  if (reader->undelivered && sd_journal_get_cursor(reader->journal, &cursor) < 0) reader->undelivered = DELIVERED;
  int changed = take_changes(reader);
  int r = changed;
  if (cursor && changed == SD_JOURNAL_INVALIDATE) r = return_to(reader, cursor);
  free(cursor);
  bool moved = has_moved(reader, look);
  if (r >= 0 && reader->waiter) r = arm(reader);
  if (r < 0) return r;
  return (changed ? CHANGES_TOLD : 0) | (changed == SD_JOURNAL_INVALIDATE ? CHANGES_FILES : 0) | (moved ? CHANGES_PLACE : 0);
}
