/* Finds a field's value in a journal file through the file's hash table. */
#include <endian.h>
#include <errno.h>
#include <string.h>

#include "file.h"

static uint64_t rotate(uint64_t x, int bits) { return x << bits | x >> (64 - bits); }

static void mix(uint64_t v[4]) {
  v[0] += v[1];
  v[1] = rotate(v[1], 13) ^ v[0];
  v[0] = rotate(v[0], 32);
  v[2] += v[3];
  v[3] = rotate(v[3], 16) ^ v[2];
  v[0] += v[3];
  v[3] = rotate(v[3], 21) ^ v[0];
  v[2] += v[1];
  v[1] = rotate(v[1], 17) ^ v[2];
  v[2] = rotate(v[2], 32);
}

/* SipHash-2-4 (https://www.aumasson.jp/siphash/siphash.pdf) keyed with the file's id. */
static uint64_t hash_of(const char *text, size_t length, sd_id128_t key) {
  uint64_t k[2], word;
  memcpy(k, key.bytes, sizeof k);
  k[0] = le64toh(k[0]);
  k[1] = le64toh(k[1]);
  uint64_t v[4] = {0x736f6d6570736575 ^ k[0], 0x646f72616e646f6d ^ k[1], 0x6c7967656e657261 ^ k[0], 0x7465646279746573 ^ k[1]};
  for (size_t i = 0; i <= length; i += 8) {
    size_t n = length - i < 8 ? length - i : 8;
    uint8_t tail[8] = {0};
    memcpy(tail, text + i, n);
    if (n < 8) tail[7] = (uint8_t)length;
    memcpy(&word, tail, sizeof word);
    word = le64toh(word);
    v[3] ^= word;
    mix(v);
    mix(v);
    v[0] ^= word;
  }
  v[2] ^= 0xff;
  for (int i = 0; i < 4; i++) mix(v);
  return v[0] ^ v[1] ^ v[2] ^ v[3];
}

int file_find(struct file *file, const char *text, size_t length, struct data *data) {
  if (file->hash_table_size == 0) return -EBADMSG;
  uint64_t hash = hash_of(text, length, file->file_id), bucket;
  if (!file_read(file, &bucket, sizeof bucket, file->hash_table + hash % file->hash_table_size * 16)) return -EBADMSG;
  /* Later values stand later in the file, so a chain cannot go round in circles. */
  for (uint64_t offset = 0, next = le64toh(bucket); next != 0; next = data->next_in_bucket) {
    if (next <= offset) return -EBADMSG;
    offset = next;
    int r = file_data(file, offset, data);
    if (r < 0) return r;
    if (data->hash != hash) continue;
    if (data->compressed) return -EBADMSG;
    if (data->size == length && memcmp(data->payload, text, length) == 0) return 1;
  }
  return 0;
}
