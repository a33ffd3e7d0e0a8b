/* See cursor.h. */
#include "cursor.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int compare(uint64_t a, uint64_t b) { return (a > b) - (a < b); }

/*
 * Numbers decide within a series of files, the monotonic clock within a boot, and only then the clock that people set.
 * (From version 254 on libsystemd tells boots of one machine apart by their ends; that differs only when a clock was
 * set back and the files are of different series.)
 */
int place_compare(const struct place *a, const struct place *b) {
  int r = sd_id128_equal(a->seqnum_id, b->seqnum_id) ? compare(a->seqnum, b->seqnum) : 0;
  if (r == 0 && sd_id128_equal(a->boot_id, b->boot_id)) r = compare(a->monotonic, b->monotonic);
  if (r == 0) r = compare(a->realtime, b->realtime);
  return r != 0 ? r : compare(a->xor_hash, b->xor_hash);
}

size_t place_print(const struct place *place, char *to) {
  char series[SD_ID128_STRING_MAX], boot[SD_ID128_STRING_MAX];
  return (size_t)snprintf(to, CURSOR_SIZE, "s=%s;i=%" PRIx64 ";b=%s;m=%" PRIx64 ";t=%" PRIx64 ";x=%" PRIx64,
                          sd_id128_to_string(place->seqnum_id, series), place->seqnum,
                          sd_id128_to_string(place->boot_id, boot), place->monotonic, place->realtime, place->xor_hash);
}

static const char *skip_name(const char *text, char name) {
  return text && text[0] == name && text[1] == '=' ? text + 2 : NULL;
}

/* Behind the id, and what follows it; NULL where there is none. */
static const char *parse_id(const char *text, char name, sd_id128_t *id) {
  char digits[SD_ID128_STRING_MAX] = {0};
  text = skip_name(text, name);
  if (!text || strnlen(text, 33) < 33 || text[32] != ';') return NULL;
  memcpy(digits, text, 32);
  return sd_id128_from_string(digits, id) < 0 ? NULL : text + 33;
}

/* Behind the number and `end`. */
static const char *parse_number(const char *text, char name, uint64_t *number, char end) {
  char *behind;
  text = skip_name(text, name);
  if (!text) return NULL;
  *number = strtoull(text, &behind, 16);
  return behind == text || *behind != end ? NULL : behind + (end != 0);
}

int place_parse(const char *cursor, struct place *place) {
  const char *text = parse_id(cursor, 's', &place->seqnum_id);
  text = parse_number(text, 'i', &place->seqnum, ';');
  text = parse_id(text, 'b', &place->boot_id);
  text = parse_number(text, 'm', &place->monotonic, ';');
  text = parse_number(text, 't', &place->realtime, ';');
  return parse_number(text, 'x', &place->xor_hash, 0) != NULL;
}
