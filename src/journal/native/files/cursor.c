/* See cursor.h. */
#include "cursor.h"

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

static const char digits[] = "0123456789abcdef";

static char *put_id(char *to, const char *name, sd_id128_t id) {
  to = stpcpy(to, name);
  for (size_t i = 0; i < sizeof id.bytes; i++) {
    *to++ = digits[id.bytes[i] >> 4];
    *to++ = digits[id.bytes[i] & 15];
  }
  return to;
}

static char *put_number(char *to, const char *name, uint64_t number) {
  to = stpcpy(to, name);
  int shift = number ? (63 - __builtin_clzll(number)) & ~3 : 0;
  for (; shift >= 0; shift -= 4) *to++ = digits[number >> shift & 15];
  return to;
}

/* Written out: printf takes as long as finding the entry. */
size_t place_print(const struct place *place, char *to) {
  char *end = put_id(to, "s=", place->seqnum_id);
  end = put_number(end, ";i=", place->seqnum);
  end = put_id(end, ";b=", place->boot_id);
  end = put_number(end, ";m=", place->monotonic);
  end = put_number(end, ";t=", place->realtime);
  end = put_number(end, ";x=", place->xor_hash);
  *end = 0;
  return (size_t)(end - to);
}

static const char *skip_name(const char *text, char name) {
  return text && text[0] == name && text[1] == '=' ? text + 2 : NULL;
}

/* Behind the id, and what follows it; NULL where there is none. */
static const char *parse_id(const char *text, char name, sd_id128_t *id) {
  char id_text[SD_ID128_STRING_MAX] = {0};
  text = skip_name(text, name);
  if (!text || strnlen(text, 33) < 33 || text[32] != ';') return NULL;
  memcpy(id_text, text, 32);
  return sd_id128_from_string(id_text, id) < 0 ? NULL : text + 33;
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
