/*
 * A journal file read by its offsets (https://systemd.io/JOURNAL_FILE_FORMAT). Nothing in it is believed: what is out
 * of bounds, out of order or of the wrong type is told as -EBADMSG. It is read and never mapped, so a file that shrinks
 * meanwhile is damaged and not fatal.
 */
#ifndef F2B_JOURNAL_FILE_H
#define F2B_JOURNAL_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <systemd/sd-id128.h>

/* No more of an object can be had. */
#define MAX_BYTES (128u * 1024)

/* What a file begins with; newer versions add to it. */
struct file_header {
  uint8_t signature[8];
  uint32_t compatible_flags, incompatible_flags;
  uint8_t state, reserved[7];
  sd_id128_t file_id, machine_id, boot_id, seqnum_id;
  uint64_t header_size, arena_size, data_hash_table_offset, data_hash_table_size, field_hash_table_offset;
  uint64_t field_hash_table_size, tail_object_offset, n_objects, n_entries, tail_entry_seqnum, head_entry_seqnum;
  uint64_t entry_array_offset;
};

/* Where an entry stands among all others; what a cursor tells. */
struct place {
  sd_id128_t seqnum_id, boot_id;
  uint64_t seqnum, monotonic, realtime, xor_hash;
};

struct entry {
  uint64_t offset;
  size_t n_items;
  struct place place;
};

/* A data object: `FIELD=value`, and how many entries have it. */
struct data {
  uint64_t size, hash;
  const char *payload;
  bool compressed, is_zstd;
  uint64_t n_entries, first_entry, entry_array, next_in_bucket;
};

/* Most objects are not larger. */
#define SMALL 256u
#define REMEMBERED_BITS 13
#define REMEMBERED (1u << REMEMBERED_BITS)

/* Bytes of what is not near, for all files: what was read last, and of small objects many, each in the place of its offset. */
struct far {
  int fd;
  uint64_t start, length;
  uint8_t bytes[MAX_BYTES];
  struct far_object {
    int fd;
    uint32_t length;
    uint64_t start;
    uint8_t bytes[SMALL];
  } objects[REMEMBERED];
};

struct file {
  int fd;
  bool compact, keyed;
  uint64_t start, end;
  sd_id128_t file_id, seqnum_id;
  uint64_t hash_table, hash_table_size;
  uint64_t n_entries, entry_array, tail_seqnum;
  /* Bytes around the entry that was read last; allocated by file_expect. */
  uint8_t *near;
  uint64_t near_start, near_length;
  struct far *far;
};

/* Returns false for a file that only libsystemd can read, or nobody. Closing it is up to the caller then. */
bool file_open(struct file *file, int fd, struct far *far);
void file_close(struct file *file);
/* Reads the counts anew; returns 1 when there are more entries than before. */
int file_refresh(struct file *file);
/* Much of the file will be read in its order. */
int file_expect(struct file *file);
/* No more of it will. */
void file_rest(struct file *file);

bool file_read(const struct file *file, void *to, size_t length, uint64_t offset);
/* The memory is valid until the next call with any file. */
int file_entry(struct file *file, uint64_t offset, struct entry *entry);
int file_items(struct file *file, const struct entry *entry, uint64_t *offsets);
int file_data(struct file *file, uint64_t offset, struct data *data);
/* Returns 0 when no entry has the field with this value. */
int file_find(struct file *file, const char *text, size_t length, struct data *data);

/* A list of entries in the order of the file, which is that of their offsets. */
struct chain {
  uint64_t first, array, left, last;
  uint64_t items, n_items;
  size_t n_read, at;
  uint64_t read[256];
};

void chain_start(struct chain *chain, uint64_t first, uint64_t array, uint64_t n_entries);
/* Returns 1 and the offset of the next entry; 0 at the end. */
int chain_next(struct file *file, struct chain *chain, uint64_t *ret);

#endif
