/* See order.h. */
#include "order.h"

#include <inttypes.h>
#include <stdio.h>
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

int place_parse(const char *cursor, struct place *place) {
  char series[SD_ID128_STRING_MAX], boot[SD_ID128_STRING_MAX];
  int n = sscanf(cursor, "s=%32[0-9a-f];i=%" SCNx64 ";b=%32[0-9a-f];m=%" SCNx64 ";t=%" SCNx64 ";x=%" SCNx64, series,
                 &place->seqnum, boot, &place->monotonic, &place->realtime, &place->xor_hash);
  return n == 6 && sd_id128_from_string(series, &place->seqnum_id) >= 0 && sd_id128_from_string(boot, &place->boot_id) >= 0;
}
