/* Entries delivered in batches, through libsystemd or in bulk. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "f2b-journal.h"

/*
 * Stands on the entry at the place: 1; on the first one after it: 0; there is none: -ENODATA. Where a clock was set
 * back libsystemd may come out before the place, or before the time that was sought.
 */
static int stand_on(const struct reader *reader, const struct place *place) {
  sd_journal *journal = reader->journal;
  char cursor[CURSOR_SIZE];
  struct place found;
  place_print(place, cursor);
  int r = sd_journal_seek_cursor(journal, cursor);
  while (r >= 0 && (r = sd_journal_next(journal)) > 0) {
    if (reader_place(journal, &found) < 0 || found.realtime < reader->since) continue;
    int order = place_compare(&found, place);
    if (order >= 0) return order == 0;
  }
  return r < 0 ? r : -ENODATA;
}

/* From now on libsystemd reads, and goes on after the place, or with what was gathered there and not delivered. */
static int leave_bulk(struct reader *reader, struct place place) {
  bulk_close(reader->bulk);
  reader->bulk = NULL;
  reader_begin_after(reader, &place);
  reader->look = ANEW;
  int r = stand_on(reader, &place);
  if (r > 0) return 0;
  /* The entry was vacuumed meanwhile, or does not match. */
  reader->undelivered = r == 0 && !reader->are_several ? FORWARDS : DELIVERED;
  return r == -ENODATA ? 0 : r;
}

int reader_settle(struct reader *reader) {
  struct place place;
  bool is_ahead = ahead_has_records(reader->ahead) && place_parse(reader->handed_out, &place);
  ahead_end(reader);
  if (is_ahead) reader->undelivered = DELIVERED;
  if (is_ahead) return leave_bulk(reader, place);
  return reader->bulk ? leave_bulk(reader, *bulk_place(reader->bulk)) : 0;
}

/* Files came, went or were renamed while they were opened one after the other: an entry may be in none of them. */
static int were_changed(struct reader *reader) {
  int r = reader->fd < 0 ? SD_JOURNAL_NOP : reader_take_changes(reader);
  return r < 0 ? r : r == SD_JOURNAL_INVALIDATE;
}

/* libsystemd may stand elsewhere where it looks several times. */
static int delivered_last(const struct reader *reader, struct place *place) {
  if (!reader->are_several) return reader_place(reader->journal, place);
  *place = reader->after;
  return reader->is_after ? 0 : -ENODATA;
}

/*
 * Makes the following drains fast, up to the present end of the journal; f2b_process makes them go on from there. To be
 * called when the reader stands on a delivered entry and many are to come. Returns 1, or 0 when this journal is for
 * libsystemd alone. So is one that is followed and has several files that are appended to: what is written to one while
 * the next is opened would be passed over.
 */
EXPORT int f2b_hasten(uint64_t handle) {
  FILES_MAY_SHRINK;
  struct reader *reader = reader_of(handle);
  struct place after;
  uint64_t usage;
  if (reader->bulk || reader->ahead) return 1;
  if (!reader->directory || reader->undelivered != DELIVERED || reader->tail) return 0;
  if (has_several_files(reader) || (reader->tails && reader->fd < 0)) return 0;
  if (sd_journal_get_usage(reader->journal, &usage) < 0 || delivered_last(reader, &after) < 0) return 0;
  int r = bulk_open(reader->directory, reader->open_flags & OPEN_USERS, usage, &reader->matches, &reader->parts, &after,
                    reader->since, &reader->bulk);
  if (r > 0 && were_changed(reader)) {
    bulk_close(reader->bulk);
    reader->bulk = NULL;
    return 0;
  }
  return r;
}

/* Gathers the next entry; returns 0 at the end, -EAGAIN when an entry is passed over. */
static int gather_in_bulk(struct reader *reader) {
  /* What did not fit is gathered already. */
  if (reader->undelivered) return 1;
  enum bulk_step step = bulk_next(reader->bulk);
  if (step == BULK_ENTRY) return 1;
  if (step == BULK_END) return 0;
  struct place place = *bulk_place(reader->bulk);
  int r = step == BULK_UNUSUAL ? stand_on(reader, &place) : leave_bulk(reader, place);
  if (r > 0) r = entry_gather(reader->journal, &reader->parts);
  return r > 0 ? r : -EAGAIN;
}

static int gather_next(struct reader *reader, bool backwards) {
  if (reader->bulk) return gather_in_bulk(reader);
  bool stay = reader->undelivered || (reader->tail && backwards);
  reader->tail = false;
  if (!stay) {
    int r = backwards ? sd_journal_previous(reader->journal) : reader_next(reader);
    if (r <= 0) return r;
  }
  reader->undelivered = DELIVERED;
  if (reader->tails && !backwards) entry_await(reader->journal);
  /* An entry whose file was just deleted or is damaged cannot be had any more. */
  return entry_gather(reader->journal, &reader->parts) > 0 ? 1 : -EAGAIN;
}

/* Whether `found` is the entry that was gathered. */
static bool is_found(const struct reader *reader, uint32_t flags) {
  return reader->are_several && !reader->bulk && !(flags & DRAIN_BACKWARDS);
}

/* Empty when nobody asks for it. */
static int print_cursor(const struct reader *reader, uint32_t flags, char to[CURSOR_SIZE]) {
  char *cursor;
  to[0] = 0;
  if (!(flags & DRAIN_CURSORS) && !reader->tails) return 0;
  if (reader->bulk || is_found(reader, flags)) {
    place_print(reader->bulk ? bulk_place(reader->bulk) : &reader->found, to);
    return 0;
  }
  int r = sd_journal_get_cursor(reader->journal, &cursor);
  if (r < 0) return r;
  size_t length = strlen(cursor);
  if (length < CURSOR_SIZE) memcpy(to, cursor, length + 1);
  free(cursor);
  return length < CURSOR_SIZE ? 0 : -E2BIG;
}

/* The entry the reader stands on is delivered (again) by the next drain. */
EXPORT void f2b_again(uint64_t handle) { reader_of(handle)->undelivered = FORWARDS; }

int reader_fill(struct reader *reader, uint32_t limit, uint32_t flags, char *buffer, uint32_t size) {
  FILES_MAY_SHRINK;
  bool backwards = flags & DRAIN_BACKWARDS;
  char cursor[CURSOR_SIZE], last[CURSOR_SIZE] = "";
  struct place place;
  size_t used = 0;
  int r = 0;
  for (uint32_t n = 0; n < limit;) {
    r = gather_next(reader, backwards);
    if (r == -EAGAIN) continue;
    if (r < 0 && used == 0) return r;
    if (r <= 0) break;
    if (print_cursor(reader, flags, cursor) < 0) continue;
    r = entry_write(&reader->parts, flags & DRAIN_CURSORS ? cursor : "", buffer + used, size - used);
    reader->undelivered = r != 0 ? DELIVERED : backwards ? BACKWARDS : FORWARDS;
    if (r == 0) break;
    if (is_found(reader, flags)) reader_begin_after(reader, &reader->found);
    else if (reader->tails) memcpy(last, cursor, sizeof last);
    used += (size_t)r;
    n++;
  }
  if (*last && place_parse(last, &place)) reader_begin_after(reader, &place);
  return (int)used;
}

/* Hands out what was read ahead, and has more read; what comes first, and anything else, is read here. */
static int drain_in_bulk(struct reader *reader, uint32_t limit, char *buffer, uint32_t size) {
  int r = ahead_failure(reader->ahead);
  if (r < 0) return r;
  if (ahead_has_records(reader->ahead)) r = ahead_take(reader->ahead, limit, buffer);
  else r = reader_fill(reader, limit, DRAIN_CURSORS, buffer, size);
  if (r > 0) record_cursor(buffer, (size_t)r, reader->handed_out);
  if (ahead_has_records(reader->ahead)) return r;
  if (r > 0 && reader->bulk) ahead_begin(reader, limit);
  else ahead_end(reader);
  return r;
}

static int drain_call(struct guest_call *call) {
  return f2b_drain(call->handle, call->limit, call->flags, call->buffer, call->size);
}

/*
 * Fills `buffer` (at least MIN_BUFFER bytes, 8-byte aligned) with records of up to `limit` entries, see entry.c.
 * Returns the bytes used; 0 at the end of the journal.
 */
EXPORT int f2b_drain(uint64_t handle, uint32_t limit, uint32_t flags, char *buffer, uint32_t size) {
  FILES_MAY_SHRINK;
  struct guest *guest = guest_of(handle);
  struct guest_call call = {.run = drain_call, .handle = handle, .limit = limit, .flags = flags};
  call.buffer = buffer, call.size = size;
  if (guest) return guest_run(guest, call);
  struct reader *reader = reader_of(handle);
  if (size < MIN_BUFFER) return -ENOBUFS;
  if (flags == DRAIN_CURSORS && (reader->bulk || reader->ahead)) return drain_in_bulk(reader, limit, buffer, size);
  int r = flags & DRAIN_BACKWARDS || reader->ahead ? reader_settle(reader) : 0;
  if (r < 0) return r;
  if (flags & DRAIN_BACKWARDS) reader->look = ANEW;
  return reader_fill(reader, limit, flags, buffer, size);
}

static int peek_call(struct guest_call *call) { return f2b_peek(call->handle); }

/* Returns 1 when there is an entry for the next forward drain. */
EXPORT int f2b_peek(uint64_t handle) {
  FILES_MAY_SHRINK;
  struct guest *guest = guest_of(handle);
  if (guest) return guest_run(guest, (struct guest_call){.run = peek_call, .handle = handle});
  struct reader *reader = reader_of(handle);
  if (reader->undelivered || ahead_has_records(reader->ahead)) return 1;
  int r = reader_settle(reader);
  if (r < 0 || reader->undelivered) return r < 0 ? r : 1;
  r = reader_next(reader);
  reader->undelivered = r > 0 ? FORWARDS : DELIVERED;
  return r;
}
