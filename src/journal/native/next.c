/*
 * The next entry, in order, of files that journald appends to in turn. libsystemd looks at one after the other. If both
 * get an entry in between, it finds the later one alone, and from then on passes over the earlier. So only what was
 * written before such a look began is taken from it: what the look may have missed was written after that, and follows.
 *
 * In one file it is the same when entries of several units are wanted, or any other choice. Each data object has a chain
 * of its own of the entries that hold it, and next_for_match() of sd-journal.c asks one chain after the other for its
 * first entry behind the position, and takes the first of these. If the first chain had none, and then an entry is
 * linked into it and a later one into the second, the later one is taken. Terms that must all hold lose nothing: an
 * entry that one chain does not have yet is before all that can be found.
 */
#include <errno.h>
#include <stdlib.h>

#include "f2b-journal.h"

/* After these the order is not to be had: the files' numbers and times are at odds. */
#define MAX_LOOKS 4

void reader_begin_after(struct reader *reader, const struct place *entry) {
  reader->after = entry ? *entry : (struct place){0};
  reader->is_after = entry != NULL;
}

int reader_place(sd_journal *journal, struct place *place) {
  char *cursor;
  int r = sd_journal_get_cursor(journal, &cursor);
  if (r < 0) return r;
  r = place_parse(cursor, place) ? 0 : -EBADMSG;
  free(cursor);
  return r;
}

/*
 * libsystemd forgets what it knows of the ends of files: it may have met an entry that was half written. Returns 1 when it
 * stands on the entry that comes next, 0 when that is a step further. Where a clock was set it may come out before the
 * cursor.
 */
static int return_to_begin(struct reader *reader) {
  sd_journal *journal = reader->journal;
  char cursor[CURSOR_SIZE];
  struct place found;
  if (!reader->is_after)
    return reader->since ? sd_journal_seek_realtime_usec(journal, reader->since) : sd_journal_seek_head(journal);
  place_print(&reader->after, cursor);
  int r = sd_journal_seek_cursor(journal, cursor);
  while (r >= 0 && (r = sd_journal_next(journal)) > 0) {
    if (reader_place(journal, &found) < 0) continue;
    int order = place_compare(&found, &reader->after);
    if (order >= 0) return order > 0;
  }
  return r;
}

static int next_of_one(struct reader *reader) {
  int r = sd_journal_next(reader->journal);
  reader->count_at_end = r == 0 && reader->tails ? tails_count(reader->tails) : 0;
  return r;
}

int reader_look_again(struct reader *reader) {
  if (reader->count_at_end == 0 || reader->count_at_end != tails_count(reader->tails)) return 0;
  if (reader->are_several) {
    reader->look = ANEW;
    return 0;
  }
  int r = return_to_begin(reader);
  if (r > 0) reader->undelivered = FORWARDS;
  reader->count_at_end = 0;
  return r;
}

int reader_take_changes(struct reader *reader) {
  int r = sd_journal_process(reader->journal);
  if (r == SD_JOURNAL_INVALIDATE) {
    reader->look = ANEW;
    if (reader->tails) tails_forget(reader->tails);
  }
  if (r > reader->changed) reader->changed = r;
  return r;
}

/* New files are taken in once the tails were read: none has an entry from before that libsystemd does not know of. */
static int begin_look(struct reader *reader) {
  tails_read(reader->tails);
  int r = reader_take_changes(reader);
  if (r < 0) return r;
  if (r > 0) reader_look_again(reader);
  r = reader->look == AT_END ? 0 : return_to_begin(reader);
  if (r >= 0) reader->look = LOOKING;
  return r;
}

int reader_next(struct reader *reader) {
  struct place *found = &reader->found;
  if (!reader->are_several) return next_of_one(reader);
  for (int looks = 0;;) {
    int r = reader->look == LOOKING ? 0 : begin_look(reader);
    if (r == 0) r = next_of_one(reader);
    if (r <= 0) reader->look = r < 0 || has_several_files(reader) ? ANEW : AT_END;
    if (r <= 0) return r;
    /* An entry whose file was just deleted or is damaged cannot be had any more. */
    if (reader_place(reader->journal, found) < 0) continue;
    if (tails_cover(reader->tails, found) || looks++ == MAX_LOOKS) return r;
    tails_extend(reader->tails, found);
    reader->look = ANEW;
  }
}
