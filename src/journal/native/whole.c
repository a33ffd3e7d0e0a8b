/*
 * Whether all of an entry can be read yet. journald shows an entry before it links the last of its fields, and libsystemd
 * passes over a field that is being linked as if it were damaged. The cursor tells: its x= is the hashes of all fields, xor-ed
 * (Jenkins' lookup3, see journal_file_append_entry in systemd's journal-file.c).
 */
#include <time.h>

#include "f2b-journal.h"

/* An entry that is older than this was linked, µs. */
#define YOUNG 1000000u
/* Looks, and the time between them, ns. An entry that has a field twice is never found whole. */
#define MAX_LOOKS 20
#define PAUSE 500000

static uint32_t rotated(uint32_t x, unsigned bits) { return x << bits | x >> (32 - bits); }

/* At most four bytes, the first is the lowest. */
static uint32_t little_endian(const unsigned char *bytes, size_t length) {
  uint32_t word = 0;
  for (size_t i = 0; i < length && i < 4; i++) word |= (uint32_t)bytes[i] << (8 * i);
  return word;
}

/* hashlittle2() of https://burtleburtle.net/bob/c/lookup3.c, both seeds 0. */
static uint64_t jenkins(const unsigned char *bytes, size_t length) {
  uint32_t a = 0xdeadbeef + (uint32_t)length, b = a, c = a;
  for (; length > 12; bytes += 12, length -= 12) {
    a += little_endian(bytes, 4);
    b += little_endian(bytes + 4, 4);
    c += little_endian(bytes + 8, 4);
    a = (a - c) ^ rotated(c, 4), c += b;
    b = (b - a) ^ rotated(a, 6), a += c;
    c = (c - b) ^ rotated(b, 8), b += a;
    a = (a - c) ^ rotated(c, 16), c += b;
    b = (b - a) ^ rotated(a, 19), a += c;
    c = (c - b) ^ rotated(b, 4), b += a;
  }
  if (length > 0) {
    a += little_endian(bytes, length);
    if (length > 4) b += little_endian(bytes + 4, length - 4);
    if (length > 8) c += little_endian(bytes + 8, length - 8);
    c = (c ^ b) - rotated(b, 14), a = (a ^ c) - rotated(c, 11), b = (b ^ a) - rotated(a, 25);
    c = (c ^ b) - rotated(b, 16), a = (a ^ c) - rotated(c, 4), b = (b ^ a) - rotated(a, 14);
    c = (c ^ b) - rotated(b, 24);
  }
  return (uint64_t)c << 32 | b;
}

static bool is_whole(sd_journal *journal, uint64_t xor_hash) {
  const void *data;
  size_t size;
  sd_journal_restart_data(journal);
  while (sd_journal_enumerate_available_data(journal, &data, &size) > 0) xor_hash ^= jenkins(data, size);
  return xor_hash == 0;
}

static bool is_young(sd_journal *journal) {
  struct timespec now;
  uint64_t written;
  if (sd_journal_get_realtime_usec(journal, &written) < 0 || clock_gettime(CLOCK_REALTIME, &now) < 0) return false;
  uint64_t micros = (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
  return written + YOUNG > micros && written < micros + YOUNG;
}

void entry_await(sd_journal *journal) {
  struct place place;
  if (!is_young(journal) || reader_place(journal, &place) < 0) return;
  for (int looks = 0; looks < MAX_LOOKS && !is_whole(journal, place.xor_hash); looks++)
    nanosleep(&(struct timespec){.tv_nsec = PAUSE}, NULL);
}
