/*
 * src/journal/native/next.c over a model of journald and of libsystemd, for RUNS runs from SEED on: whenever the reader
 * looks at anything, journald may have written more. Prints the first run in which an entry is lost, twice or out of
 * order and ends with status 1.
 *
 * The model of libsystemd is next_beyond_location and real_journal_next of sd-journal.c: each file has a candidate, a
 * file at whose end it was is passed over until its number of entries changes, and what comes before the entry delivered
 * last is skipped. An entry is counted before it can be found. Of several units that are wanted, each one's chain of
 * entries is looked at by itself, one after the other, and the first entry of those is taken (next_for_match).
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../src/journal/native/f2b-journal.h"

enum { FILES = 4, UNITS = 3, ENTRIES = 400, GIVEN = 150 };

struct model_entry {
  uint64_t seqnum, monotonic;
  uint32_t unit;
};

/* What libsystemd knows of a file. */
enum where { NOWHERE, CANDIDATE, TAKEN, END };

struct model_file {
  sd_id128_t id;
  struct model_entry entries[ENTRIES];
  /* As the header tells, and as can be found. */
  size_t counted, linked;
  uint64_t tail;
  bool is_made, is_known;
  enum where where;
  size_t at, last_counted;
  bool is_sought;
};

static struct {
  struct model_file files[FILES];
  uint64_t seqnum, monotonic;
  /* The entry that is being written: its file and what is done of it. */
  int writing, phase;
  size_t written;
  /* Of so many looks one sees it write: between being far behind and waiting for each entry. */
  uint32_t pause;
  int n_files;
  uint32_t n_units;
  struct place all[GIVEN];
  /* libsystemd's location: an entry, or a cursor that was sought, or the head. */
  enum { AT_HEAD, AT_CURSOR, AT_ENTRY } location;
  struct place place;
  int current;
} model;

static uint64_t state;

static uint32_t draw(uint32_t below) {
  state = state * 6364136223846793005u + 1442695040888963407u;
  return (uint32_t)(state >> 33) % below;
}

static struct place place_in(const struct model_file *file, size_t i) {
  const struct model_entry *entry = &file->entries[i];
  return (struct place){.seqnum_id = file->id, .seqnum = entry->seqnum, .monotonic = entry->monotonic, .realtime = entry->monotonic};
}

/* One step of journald's: the number, the count, what makes it found. */
static void write_some(void) {
  struct model_file *file = &model.files[model.writing];
  switch (model.phase++) {
    case 0:
      if (model.written == GIVEN) {
        model.phase = 0;
        return;
      }
      model.writing = (int)draw((uint32_t)model.n_files);
      file = &model.files[model.writing];
      file->is_made = true;
      file->tail = ++model.seqnum;
      file->entries[file->counted] = (struct model_entry){
          .seqnum = file->tail, .monotonic = model.monotonic += 1 + draw(3), .unit = draw(model.n_units)};
      return;
    case 1:
      file->counted++;
      return;
    default:
      file->linked++;
      model.all[model.written++] = place_in(file, file->linked - 1);
      model.phase = 0;
  }
}

/* Called wherever the reader looks at what journald writes. */
static void meanwhile(void) {
  if (draw(model.pause) != 0) return;
  for (uint32_t n = draw(9); n > 0; n--) write_some();
}

static void forget_location(void) {
  for (int i = 0; i < FILES; i++) {
    model.files[i].where = NOWHERE;
    model.files[i].is_sought = false;
  }
  model.current = -1;
}

int sd_journal_seek_head(sd_journal *journal) {
  (void)journal;
  forget_location();
  model.location = AT_HEAD;
  return 0;
}

int sd_journal_seek_realtime_usec(sd_journal *journal, uint64_t usec) {
  (void)usec;
  return sd_journal_seek_head(journal);
}

int sd_journal_seek_cursor(sd_journal *journal, const char *cursor) {
  (void)journal;
  forget_location();
  model.location = AT_CURSOR;
  return place_parse(cursor, &model.place) ? 0 : -EINVAL;
}

/* Of a file, the first entry from there on that is of one of the units; ENTRIES: there is none. */
static size_t first_of_units(const struct model_file *file, size_t from) {
  size_t first = ENTRIES;
  for (uint32_t unit = 0; unit < model.n_units; unit++) {
    meanwhile();
    size_t i = from;
    while (i < file->linked && file->entries[i].unit != unit) i++;
    if (i < file->linked && i < first) first = i;
  }
  return first;
}

/* Of a file, the first entry that is not before the location. */
static size_t find(const struct model_file *file) {
  size_t i = 0;
  bool by_number = sd_id128_equal(file->id, model.place.seqnum_id);
  while (model.location != AT_HEAD && i < file->linked &&
         (by_number ? file->entries[i].seqnum < model.place.seqnum : file->entries[i].monotonic < model.place.monotonic))
    i++;
  return first_of_units(file, i);
}

static bool has_candidate(struct model_file *file) {
  meanwhile();
  if (file->where == END && file->counted == file->last_counted) return false;
  file->last_counted = file->counted;
  meanwhile();
  size_t at = file->at;
  if (!file->is_sought) at = find(file);
  else if (file->where != CANDIDATE) at = first_of_units(file, at + 1);
  for (; at < ENTRIES; at = first_of_units(file, at + 1)) {
    struct place place = place_in(file, at);
    file->at = at;
    file->is_sought = true;
    file->where = CANDIDATE;
    if (model.location != AT_ENTRY || place_compare(&place, &model.place) > 0) return true;
  }
  file->where = END;
  return false;
}

int sd_journal_next(sd_journal *journal) {
  (void)journal;
  int best = -1;
  struct place least, place;
  for (int i = 0; i < FILES; i++) {
    if (!model.files[i].is_known || !has_candidate(&model.files[i])) continue;
    place = place_in(&model.files[i], model.files[i].at);
    if (best >= 0 && place_compare(&place, &least) >= 0) continue;
    best = i;
    least = place;
  }
  if (best < 0) return 0;
  model.files[best].where = TAKEN;
  model.location = AT_ENTRY;
  model.place = least;
  model.current = best;
  return 1;
}

int sd_journal_get_cursor(sd_journal *journal, char **cursor) {
  (void)journal;
  *cursor = malloc(CURSOR_SIZE);
  place_print(&model.place, *cursor);
  return 0;
}

int sd_journal_process(sd_journal *journal) {
  (void)journal;
  int changed = SD_JOURNAL_NOP;
  for (int i = 0; i < FILES; i++) {
    struct model_file *file = &model.files[i];
    if (!file->is_made || file->is_known) continue;
    file->is_known = true;
    changed = SD_JOURNAL_INVALIDATE;
  }
  meanwhile();
  return changed;
}

/* tails.h: it may know fewer files than libsystemd. */
struct tails {
  uint64_t seqnums[FILES];
  struct place extent;
};

uint64_t tails_count(struct tails *tails) {
  uint64_t count = 0;
  (void)tails;
  for (int i = 0; i < FILES; i++) count += model.files[i].counted;
  meanwhile();
  return count;
}

void tails_forget(struct tails *tails) { (void)tails; }

void tails_extend(struct tails *tails, const struct place *entry) { tails->extent = *entry; }

void tails_read(struct tails *tails) {
  for (int i = 0; i < FILES; i++) {
    meanwhile();
    if (model.files[i].is_made && draw(4) > 0) tails->seqnums[i] = model.files[i].tail;
  }
}

bool tails_cover(const struct tails *tails, const struct place *entry) {
  for (int i = 0; i < FILES; i++)
    if (tails->seqnums[i] >= entry->seqnum && sd_id128_equal(model.files[i].id, entry->seqnum_id)) return true;
  return place_compare(entry, &tails->extent) <= 0;
}

/* A new reader that begins after an entry, or at the head. */
static void begin(struct reader *reader, struct tails *tails, const struct place *after) {
  *tails = (struct tails){0};
  *reader = (struct reader){.tails = tails,
                            .open_flags = model.n_files > 1 ? OPEN_USERS : 0,
                            .are_several = model.n_files > 1 || model.n_units > 1};
  sd_journal_process(NULL);
  char cursor[CURSOR_SIZE];
  sd_journal_seek_head(NULL);
  if (after) {
    place_print(after, cursor);
    sd_journal_seek_cursor(NULL, cursor);
    sd_journal_next(NULL);
  }
  reader_begin_after(reader, after);
}

/* Steps to the next entry; at the end of a single file journald tells of one, as in f2b_process. */
static bool step(struct reader *reader) {
  if (reader_next(reader) > 0) return true;
  if (!has_several_files(reader)) {
    sd_journal_process(NULL);
    reader_look_again(reader);
  }
  bool stands = reader->undelivered;
  reader->undelivered = DELIVERED;
  return stands;
}

static bool is_exact(void) {
  struct tails tails;
  struct reader reader;
  size_t delivered = 0;
  /* How often there was nothing, though all was written. */
  int in_vain = 0;
  begin(&reader, &tails, NULL);
  while (delivered < GIVEN) {
    meanwhile();
    if (draw(20) == 0) begin(&reader, &tails, delivered ? &model.all[delivered - 1] : NULL);
    bool is_over = model.written == GIVEN;
    if (!step(&reader)) {
      if (is_over && ++in_vain > 1) return false;
      continue;
    }
    if (place_compare(&model.place, &model.all[delivered]) != 0) return false;
    reader_begin_after(&reader, &model.all[delivered++]);
  }
  return true;
}

int main(int argc, char **argv) {
  uint64_t seed = strtoull(argc > 1 ? argv[1] : "1", NULL, 10), runs = strtoull(argc > 2 ? argv[2] : "1", NULL, 10);
  for (uint64_t run = seed; run < seed + runs; run++) {
    memset(&model, 0, sizeof model);
    state = run * 0x9e3779b97f4a7c15u;
    model.pause = 2 + draw(60);
    model.n_files = draw(4) == 0 ? 1 : FILES;
    model.n_units = draw(2) == 0 ? 1 : UNITS;
    bool is_one_series = draw(2) == 0;
    for (int i = 0; i < FILES; i++) model.files[i].id.bytes[0] = is_one_series ? 1 : (uint8_t)(i + 1);
    if (is_exact()) continue;
    printf("run %llu\n", (unsigned long long)run);
    return 1;
  }
  return 0;
}
