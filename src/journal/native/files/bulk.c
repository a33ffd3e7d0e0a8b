/* See bulk.h. */
#include "bulk.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "files.h"
#include "zstd.h"

/* Entries with more fields are left to libsystemd; journald itself takes 1024. */
#define MAX_ITEMS 1024u
/* Values of fields that are remembered, for each file. A new one takes the place of one that was there before. */
#define SLOTS 1024u
#define SLOT_VALUE 108u
/* Of compressed data: the longest line and the name in front of it. */
#define UNPACKED (MAX_LINE + 64u)
/* More files than this are not read at the same time. */
#define MAX_ACTIVE 128u
/* Once this many entries, and one in so many, were unusual, libsystemd alone does it better. */
#define MANY_UNUSUAL 64u
#define ONE_IN 16u

/* What is known of the data object at an offset; 0: of none. */
struct slot {
  uint64_t offset, terms;
  struct use use;
  uint16_t length;
  char value[SLOT_VALUE];
};

/* A file and the first of its entries that has not been delivered. */
struct source {
  struct file *file;
  struct slot *slots;
  size_t n_chains;
  struct chain *chains;
  /* The next entry of each chain; 0: it has come to its end. */
  uint64_t *heads;
  struct entry entry;
};

struct bulk {
  struct files files;
  const struct matches *matches;
  struct parts *parts;
  struct zstd *zstd;
  char *unpacked;
  struct source *sources;
  size_t n_sources, n_active;
  /* The source of the entry that came last, and the one whose entry came next to it. */
  struct source *current, *rival;
  struct place place;
  uint64_t since, delivered, unusual;
};

static int advance_chain(struct source *source, size_t i) {
  source->heads[i] = 0;
  return chain_next(source->file, &source->chains[i], &source->heads[i]);
}

/* The chains that stand at the offset go on. */
static int advance_chains(struct source *source, uint64_t offset) {
  for (size_t i = 0; i < source->n_chains; i++) {
    int r = source->heads[i] == offset ? advance_chain(source, i) : 1;
    if (r < 0) return r;
  }
  return 1;
}

/* An entry that is damaged is passed over, see journal_file_next_entry() of sd-journal's journal-file.c. */
static int read_entry(struct source *source) {
  for (;;) {
    uint64_t offset = 0;
    for (size_t i = 0; i < source->n_chains; i++)
      if (source->heads[i] != 0 && (offset == 0 || source->heads[i] < offset)) offset = source->heads[i];
    if (offset == 0) return 0;
    int r = file_entry(source->file, offset, &source->entry);
    /* Whatever comes after those that were there when the files were opened is not read here. */
    if (r >= 0) return source->entry.place.seqnum <= source->file->tail_seqnum;
    r = advance_chains(source, offset);
    if (r < 0) return r;
  }
}

/* Returns 1 when the source has one more entry. */
static int advance(struct source *source) {
  int r = advance_chains(source, source->entry.offset);
  return r < 0 ? r : read_entry(source);
}

/* Goes to the first entry after `place`. */
static int advance_beyond(struct source *source, const struct place *place) {
  int r = 1;
  while (r > 0 && place_compare(&source->entry.place, place) <= 0) r = advance(source);
  return r;
}

/* Of one alternative's groups the rarest gives the entries to look at; chains for them are added. */
static int add_alternative(struct source *source, const struct matches *matches, size_t first, size_t end) {
  uint64_t least = UINT64_MAX, rarest = 0;
  for (size_t i = first; i < end; i++) {
    uint64_t entries = 0;
    for (uint64_t terms = matches->groups[i].terms; terms; terms &= terms - 1) {
      const struct term *term = &matches->terms[__builtin_ctzll(terms)];
      struct data data;
      int r = file_find(source->file, term->text, term->length, &data);
      if (r < 0) return r;
      if (r > 0) entries += data.n_entries;
    }
    if (entries < least) {
      least = entries;
      rarest = matches->groups[i].terms;
    }
  }
  for (; least > 0 && rarest; rarest &= rarest - 1) {
    const struct term *term = &matches->terms[__builtin_ctzll(rarest)];
    struct data data;
    int r = file_find(source->file, term->text, term->length, &data);
    if (r < 0) return r;
    if (r > 0 && data.n_entries > 0)
      chain_start(&source->chains[source->n_chains++], data.first_entry, data.entry_array, data.n_entries);
  }
  return 0;
}

static int start_chains(struct source *source, const struct matches *matches) {
  struct file *file = source->file;
  if (matches->n_groups == 0) chain_start(&source->chains[source->n_chains++], 0, file->entry_array, file->n_entries);
  for (size_t first = 0, end; first < matches->n_groups; first = end) {
    for (end = first + 1; end < matches->n_groups; end++)
      if (matches->groups[end].alternative != matches->groups[first].alternative) break;
    int r = add_alternative(source, matches, first, end);
    if (r < 0) return r;
  }
  for (size_t i = 0; i < source->n_chains; i++) {
    int r = advance_chain(source, i);
    if (r < 0) return r;
  }
  return 0;
}

static void close_source(struct source *source) {
  free(source->slots);
  free(source->chains);
  free(source->heads);
  *source = (struct source){.file = source->file};
}

/* Each file begins at the first entry of the time, though a later one may have been received before it. */
static bool is_wanted(const struct bulk *bulk, const struct source *source) {
  const struct place *place = &source->entry.place;
  return place->realtime >= bulk->since && place_compare(place, &bulk->place) > 0;
}

/* Returns 1 when the file has entries after the place. */
static int open_source(struct bulk *bulk, struct source *source, struct file *file) {
  *source = (struct source){.file = file};
  if (file->n_entries == 0) return 0;
  if (sd_id128_equal(file->seqnum_id, bulk->place.seqnum_id) && file->tail_seqnum <= bulk->place.seqnum) return 0;
  if (bulk->matches->n_terms > 0 && !file->keyed) return -EOPNOTSUPP;
  size_t n = bulk->matches->n_terms > 0 ? bulk->matches->n_terms : 1;
  source->chains = calloc(n, sizeof *source->chains);
  source->heads = calloc(n, sizeof *source->heads);
  if (!source->chains || !source->heads) return -ENOMEM;
  int r = start_chains(source, bulk->matches);
  if (r >= 0) r = read_entry(source);
  if (r <= 0 || is_wanted(bulk, source)) return r;
  r = file_expect(file);
  while (r >= 0 && (r = advance(source)) > 0)
    if (is_wanted(bulk, source)) return 1;
  return r;
}

static int open_sources(struct bulk *bulk) {
  bulk->sources = calloc(bulk->files.count ? bulk->files.count : 1, sizeof *bulk->sources);
  if (!bulk->sources) return -ENOMEM;
  for (size_t i = 0; i < bulk->files.count; i++) {
    struct source *source = &bulk->sources[bulk->n_sources];
    int r = open_source(bulk, source, &bulk->files.all[i]);
    if (r <= 0) close_source(source);
    if (r < 0) return r;
    bulk->n_sources += r > 0;
  }
  return 0;
}

int bulk_open(const char *directory, bool users, uint64_t usage, const struct matches *matches, struct parts *parts,
              const struct place *after, uint64_t since, struct bulk **ret) {
  if (matches->overflow) return 0;
  struct bulk *bulk = calloc(1, sizeof *bulk);
  if (!bulk) return -ENOMEM;
  *bulk = (struct bulk){.matches = matches, .parts = parts, .place = *after, .since = since};
  int r = files_open(&bulk->files, directory, users);
  if (r > 0) r = bulk->files.usage == usage;
  if (r > 0) r = open_sources(bulk) < 0 ? 0 : 1;
  if (r > 0) *ret = bulk;
  else bulk_close(bulk);
  return r;
}

void bulk_close(struct bulk *bulk) {
  if (!bulk) return;
  for (size_t i = 0; i < bulk->n_sources; i++) close_source(&bulk->sources[i]);
  free(bulk->sources);
  files_close(&bulk->files);
  zstd_close(bulk->zstd);
  free(bulk->unpacked);
  free(bulk);
}

const struct place *bulk_place(const struct bulk *bulk) { return &bulk->place; }

/* A file that is through needs no memory. */
static void remove_source(struct bulk *bulk, struct source *source) {
  bulk->n_active -= source->slots != NULL;
  file_rest(source->file);
  close_source(source);
  *source = bulk->sources[--bulk->n_sources];
}

/*
 * Finds the source whose entry comes first, and the second; those that were delivered from another file are left out.
 */
static int choose(struct bulk *bulk) {
  bulk->current = bulk->rival = NULL;
  for (size_t i = 0; i < bulk->n_sources;) {
    struct source *source = &bulk->sources[i];
    int r = source->n_chains == 0 ? 0 : advance_beyond(source, &bulk->place);
    if (r < 0) return r;
    if (r == 0) {
      remove_source(bulk, source);
      continue;
    }
    i++;
  }
  for (size_t i = 0; i < bulk->n_sources; i++) {
    struct source *source = &bulk->sources[i];
    if (!bulk->current || place_compare(&source->entry.place, &bulk->current->entry.place) < 0) {
      bulk->rival = bulk->current;
      bulk->current = source;
    } else if (!bulk->rival || place_compare(&source->entry.place, &bulk->rival->entry.place) < 0) {
      bulk->rival = source;
    }
  }
  return bulk->current != NULL;
}

/* Stands on the next entry of all files. Mostly it is that of the same file as before. */
static int next_place(struct bulk *bulk) {
  struct source *current = bulk->current;
  if (current) {
    int r = advance(current);
    if (r < 0) return r;
    if (r == 0) current->n_chains = 0;
    if (r > 0 && place_compare(&current->entry.place, &bulk->place) > 0 &&
        (!bulk->rival || place_compare(&current->entry.place, &bulk->rival->entry.place) < 0)) {
      bulk->place = current->entry.place;
      return 1;
    }
  }
  int r = choose(bulk);
  if (r <= 0) return r;
  bulk->place = bulk->current->entry.place;
  if (bulk->current->slots) return 1;
  if (bulk->n_active == MAX_ACTIVE || file_expect(bulk->current->file) < 0) return -E2BIG;
  bulk->current->slots = calloc(SLOTS, sizeof *bulk->current->slots);
  bulk->n_active++;
  return bulk->current->slots ? 1 : -ENOMEM;
}

/* The payload of compressed data, in memory of ours. */
static int unpack(struct bulk *bulk, struct data *data) {
  if (!bulk->unpacked) bulk->unpacked = malloc(UNPACKED);
  if (!bulk->zstd) bulk->zstd = zstd_open();
  if (!bulk->unpacked || !bulk->zstd || !data->is_zstd) return -EOPNOTSUPP;
  data->size = zstd_head(bulk->zstd, data->payload, data->size, bulk->unpacked, UNPACKED);
  data->payload = bulk->unpacked;
  return data->size > 0 ? 0 : -EOPNOTSUPP;
}

/* Takes in the data at an offset and remembers it, unless it is a message or too long. Returns its terms. */
static int take_new(struct bulk *bulk, uint64_t offset, struct slot *slot, uint64_t *terms) {
  struct data data;
  int r = file_data(bulk->current->file, offset, &data);
  if (r >= 0 && data.compressed) r = unpack(bulk, &data);
  if (r < 0) return r;
  const char *equals = memchr(data.payload, '=', data.size);
  struct slice name = {data.payload, equals ? (size_t)(equals - data.payload) : 0};
  struct use use = equals ? parts_use(bulk->parts, name) : (struct use){0};
  struct slice value = {data.payload + name.length + 1, equals ? data.size - name.length - 1 : 0};
  *terms |= matches_of(bulk->matches, data.payload, data.size);
  bool is_used = use.part || use.wanted;
  if (is_used) parts_take(bulk->parts, use, value);
  if (use.part == PART_MESSAGE || (is_used && value.length > SLOT_VALUE)) return 0;
  *slot = (struct slot){.offset = offset, .terms = *terms, .use = use};
  if (!is_used) return 0;
  slot->length = (uint16_t)value.length;
  memcpy(slot->value, value.data, value.length);
  return 0;
}

static struct slot *slot_for(const struct source *source, uint64_t offset) {
  return &source->slots[(offset >> 3) * 0x9e3779b97f4a7c15u >> 54];
}

/* Returns 1 when the entry matches, 0 when not; a negative errno when it is for libsystemd. */
static int gather(struct bulk *bulk) {
  const struct source *source = bulk->current;
  const struct entry *entry = &source->entry;
  uint64_t offsets[MAX_ITEMS], terms = 0;
  if (entry->n_items > MAX_ITEMS) return -E2BIG;
  int r = file_items(source->file, entry, offsets);
  if (r < 0) return r;
  parts_clear(bulk->parts);
  bulk->parts->received_at = entry->place.realtime;
  bulk->parts->booted = entry->place.monotonic;
  for (size_t i = 0; i < entry->n_items; i++) {
    struct slot *slot = slot_for(source, offsets[i]);
    if (slot->offset == offsets[i]) {
      terms |= slot->terms;
      if (slot->use.part || slot->use.wanted)
        parts_take(bulk->parts, slot->use, (struct slice){slot->value, slot->length});
      continue;
    }
    uint64_t own = 0;
    r = take_new(bulk, offsets[i], slot, &own);
    if (r < 0) return r;
    terms |= own;
  }
  return matches_hold(bulk->matches, terms);
}

enum bulk_step bulk_next(struct bulk *bulk) {
  for (;;) {
    if (bulk->unusual >= MANY_UNUSUAL && bulk->unusual >= bulk->delivered / ONE_IN) return BULK_BROKEN;
    struct place before = bulk->place;
    int r = next_place(bulk);
    if (r <= 0) bulk->place = before;
    if (r <= 0) return r == 0 ? BULK_END : BULK_BROKEN;
    r = gather(bulk);
    if (r == 0) continue;
    bulk->delivered++;
    if (r > 0) return BULK_ENTRY;
    bulk->unusual++;
    return BULK_UNUSUAL;
  }
}
