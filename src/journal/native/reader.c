/* A journal handle with its matches and wanted fields, read forwards or backwards in batches. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "f2b-journal.h"

EXPORT void f2b_close(uint64_t handle) {
  FILES_MAY_SHRINK;
  struct reader *reader = (struct reader *)(uintptr_t)handle;
  if (!reader) return;
  waiter_stop(reader->waiter);
  sd_journal_close(reader->journal);
  bulk_close(reader->bulk);
  matches_free(&reader->matches);
  parts_free(&reader->parts);
  free(reader->directory);
  free(reader);
}

static int open_journal(sd_journal **ret, const char *directory, const char *namespace, uint32_t open_flags) {
  if (*directory) return sd_journal_open_directory(ret, directory, 0);
  int flags = SD_JOURNAL_LOCAL_ONLY | (open_flags & OPEN_USERS ? 0 : SD_JOURNAL_SYSTEM);
  return *namespace ? sd_journal_open_namespace(ret, namespace, flags) : sd_journal_open(ret, flags);
}

/*
 * Opens this machine's journal, or that of a namespace, or all files of a directory (empty: not given). `flags`:
 * enum open_flags.
 */
EXPORT int f2b_open(const char *directory, const char *namespace, uint32_t flags, const char *fields, uint64_t *ret) {
  FILES_MAY_SHRINK;
  struct reader *reader = calloc(1, sizeof *reader);
  if (!reader) return -ENOMEM;
  reader->open_flags = flags;
  int r = parts_want(&reader->parts, fields);
  if (r >= 0 && !*namespace && !(reader->directory = strdup(directory))) r = -ENOMEM;
  if (r >= 0) r = open_journal(&reader->journal, directory, namespace, flags);
  /* At once, or files deleted from now on stay open for ever (systemd issue 14695). */
  if (r >= 0) r = sd_journal_get_fd(reader->journal);
  if (r >= 0) r = sd_journal_set_data_threshold(reader->journal, MAX_LINE);
  if (r < 0) {
    f2b_close((uintptr_t)reader);
    return r;
  }
  *ret = (uintptr_t)reader;
  return 0;
}

/* Restricts the journal. `term` is FIELD=value; empty starts the next alternative. */
EXPORT int f2b_match(uint64_t handle, const char *term, uint32_t length) {
  struct reader *reader = (struct reader *)(uintptr_t)handle;
  int r = matches_add(&reader->matches, term, length);
  if (r < 0) return r;
  return length ? sd_journal_add_match(reader->journal, term, length) : sd_journal_add_disjunction(reader->journal);
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
  return reader->journal;
}

EXPORT int f2b_seek_head(uint64_t handle) { return sd_journal_seek_head(leave_position(handle)); }

/* libsystemd's own tail is not enough: from there it does not find what arrives after a time without any entry. */
EXPORT int f2b_seek_tail(uint64_t handle) {
  FILES_MAY_SHRINK;
  sd_journal *journal = leave_position(handle);
  int r = sd_journal_seek_tail(journal);
  if (r >= 0) r = sd_journal_previous(journal);
  ((struct reader *)(uintptr_t)handle)->tail = r > 0;
  return r == 0 ? sd_journal_seek_head(journal) : r;
}

EXPORT int f2b_seek_realtime(uint64_t handle, uint64_t usec) {
  sd_journal *journal = leave_position(handle);
  ((struct reader *)(uintptr_t)handle)->since = usec;
  return sd_journal_seek_realtime_usec(journal, usec);
}

/*
 * Returns 1 when the reader now stands on the entry of that cursor, as if it had been delivered; 0 when the entry is
 * gone.
 */
EXPORT int f2b_seek_cursor(uint64_t handle, const char *cursor) {
  FILES_MAY_SHRINK;
  sd_journal *journal = leave_position(handle);
  int r = sd_journal_seek_cursor(journal, cursor);
  if (r >= 0) r = sd_journal_next(journal);
  return r > 0 ? sd_journal_test_cursor(journal, cursor) : r;
}

static int arm(struct reader *reader) {
  uint64_t timeout = UINT64_MAX;
  int r = sd_journal_get_timeout(reader->journal, &timeout);
  return r < 0 ? r : waiter_arm(reader->waiter, timeout);
}

/* Starts the wake-ups; `*ret_pipe` becomes readable when the journal may have changed, and is the caller's to close. */
EXPORT int f2b_watch(uint64_t handle, int32_t *ret_pipe) {
  struct reader *reader = (struct reader *)(uintptr_t)handle;
  if (reader->waiter) return -EBUSY;
  int fd = sd_journal_get_fd(reader->journal);
  if (fd < 0) return fd;
  int r = waiter_start(fd, &reader->waiter, ret_pipe);
  if (r < 0) return r;
  r = arm(reader);
  if (r < 0) {
    close(*ret_pipe);
    waiter_stop(reader->waiter);
    reader->waiter = NULL;
  }
  return r;
}

/* Stands on the undelivered entry again, or on the one after it when it is gone. */
static int return_to(struct reader *reader, const char *cursor) {
  bool backwards = reader->undelivered == BACKWARDS;
  int r = sd_journal_seek_cursor(reader->journal, cursor);
  if (r >= 0) r = backwards ? sd_journal_previous(reader->journal) : sd_journal_next(reader->journal);
  if (r <= 0) reader->undelivered = DELIVERED;
  return r;
}

/*
 * To be called after each wake-up: takes in what changed (new, rotated, deleted files) and asks for the next wake-up.
 * libsystemd no longer stands on an entry whose file was renamed, so an undelivered one is sought again.
 */
EXPORT int f2b_process(uint64_t handle) {
  FILES_MAY_SHRINK;
  struct reader *reader = (struct reader *)(uintptr_t)handle;
  char *cursor = NULL;
  int settled = reader_settle(reader);
  if (settled < 0) return settled;
  if (reader->undelivered && sd_journal_get_cursor(reader->journal, &cursor) < 0) reader->undelivered = DELIVERED;
  int changed = sd_journal_process(reader->journal);
  int r = changed;
  if (cursor && changed == SD_JOURNAL_INVALIDATE) r = return_to(reader, cursor);
  free(cursor);
  if (r >= 0 && reader->waiter) r = arm(reader);
  return r < 0 ? r : changed;
}
