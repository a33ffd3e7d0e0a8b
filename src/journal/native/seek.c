/* Where reading begins. */
#include <string.h>

#include "f2b-journal.h"

static sd_journal *leave_position(uint64_t handle) {
  struct reader *reader = reader_of(handle);
  ahead_end(reader);
  bulk_close(reader->bulk);
  reader->bulk = NULL;
  reader->undelivered = DELIVERED;
  reader->tail = false;
  reader->since = 0;
  reader_begin_after(reader, NULL);
  reader->look = ANEW;
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

static int seek_tail_call(struct guest_call *call) { return f2b_seek_tail(call->handle); }

/* libsystemd's own tail is not enough: from there it does not find what arrives after a time without any entry. */
EXPORT int f2b_seek_tail(uint64_t handle) {
  FILES_MAY_SHRINK;
  struct guest *guest = guest_of(handle);
  if (guest) return guest_run(guest, (struct guest_call){.run = seek_tail_call, .handle = handle});
  sd_journal *journal = leave_position(handle);
  int r = sd_journal_seek_tail(journal);
  if (r >= 0) r = sd_journal_previous(journal);
  struct reader *reader = reader_of(handle);
  reader->tail = r > 0;
  if (r > 0) r = begin_here(reader);
  return r == 0 ? sd_journal_seek_head(journal) : r;
}

EXPORT int f2b_seek_realtime(uint64_t handle, uint64_t usec) {
  sd_journal *journal = leave_position(handle);
  reader_of(handle)->since = usec;
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

static int seek_cursor_call(struct guest_call *call) { return f2b_seek_cursor(call->handle, call->text); }

/*
 * Returns 1 when the reader now stands on the entry of that cursor, or on the copy that journald made of it in another
 * file, as if it had been delivered. Returns 0 when the entry is gone; then it stands before the entries that libsystemd
 * thinks come after it.
 */
EXPORT int f2b_seek_cursor(uint64_t handle, const char *cursor) {
  FILES_MAY_SHRINK;
  struct guest *guest = guest_of(handle);
  struct guest_call call = {.run = seek_cursor_call, .handle = handle, .text = cursor, .length = (uint32_t)strlen(cursor)};
  if (guest) return guest_run(guest, call);
  sd_journal *journal = leave_position(handle);
  int r = stand_on_cursor(journal, cursor);
  /* A copy has everything but the sequence number, which stands in front. */
  const char *copied = strstr(cursor, ";b=");
  if (r == 0 && copied) r = stand_on_cursor(journal, copied + 1);
  if (r > 0) return begin_here(reader_of(handle));
  if (r < 0) return r;
  struct place place;
  if (place_parse(cursor, &place)) reader_begin_after(reader_of(handle), &place);
  r = sd_journal_seek_cursor(journal, cursor);
  return r < 0 ? r : 0;
}
