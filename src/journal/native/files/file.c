/* Objects of a journal file: see file.h. The structures are those of journal-def.h in systemd. */
#include "file.h"

#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NEAR_SIZE (256u * 1024)
/* The fields of an entry that no earlier entry had stand before it; so much of the file in front of it is kept. */
#define BEHIND (32u * 1024)

enum { OBJECT_DATA = 1, OBJECT_ENTRY = 3, OBJECT_ENTRY_ARRAY = 6 };
enum { ZSTD = 4 };
enum { KEYED_HASH = 4, COMPACT = 16, KNOWN_FLAGS = 31 };

struct object {
  uint8_t type, flags, reserved[6];
  uint64_t size;
};

struct entry_object {
  struct object object;
  uint64_t seqnum, realtime, monotonic;
  sd_id128_t boot_id;
  uint64_t xor_hash;
};

struct data_object {
  struct object object;
  uint64_t hash, next_hash_offset, next_field_offset, entry_offset, entry_array_offset, n_entries;
};

struct array_object {
  struct object object;
  uint64_t next;
};

static bool read_at(const struct file *file, void *to, size_t length, uint64_t offset) {
  for (size_t n = 0; n < length;) {
    ssize_t r = pread(file->fd, (char *)to + n, length - n, (off_t)(offset + n));
    if (r < 0 && errno == EINTR) continue;
    if (r <= 0) return false;
    n += (size_t)r;
  }
  return true;
}

static bool is_inside(const struct file *file, uint64_t offset, uint64_t length) {
  return offset >= file->start && offset <= file->end && length <= file->end - offset;
}

bool file_read(const struct file *file, void *to, size_t length, uint64_t offset) {
  return is_inside(file, offset, length) && read_at(file, to, length, offset);
}

static uint64_t least(uint64_t a, uint64_t b) { return a < b ? a : b; }

static int read_counts(struct file *file, struct file_header *header) {
  struct stat stat;
  if (!read_at(file, header, sizeof *header, 0) || fstat(file->fd, &stat) < 0) return -EBADMSG;
  uint64_t size = (uint64_t)stat.st_size, start = le64toh(header->header_size), arena = le64toh(header->arena_size);
  /* Objects are read where they lie, at multiples of 8 from here. */
  if (start < sizeof *header || start % 8 != 0 || start > size) return -EBADMSG;
  file->start = start;
  file->end = start + least(arena, size - start);
  file->n_entries = le64toh(header->n_entries);
  file->entry_array = le64toh(header->entry_array_offset);
  file->tail_seqnum = le64toh(header->tail_entry_seqnum);
  return 0;
}

bool file_open(struct file *file, int fd, struct far *far) {
  struct file_header header;
  *file = (struct file){.fd = fd, .far = far};
  if (read_counts(file, &header) < 0 || memcmp(header.signature, "LPKSHHRH", 8) != 0) return false;
  uint32_t flags = le32toh(header.incompatible_flags);
  if (flags & ~(uint32_t)KNOWN_FLAGS) return false;
  file->compact = flags & COMPACT;
  file->keyed = flags & KEYED_HASH;
  file->file_id = header.file_id;
  file->seqnum_id = header.seqnum_id;
  file->hash_table = le64toh(header.data_hash_table_offset);
  file->hash_table_size = le64toh(header.data_hash_table_size) / 16;
  return true;
}

void file_close(struct file *file) {
  close(file->fd);
  file_rest(file);
}

int file_refresh(struct file *file) {
  struct file_header header;
  uint64_t before = file->n_entries;
  int r = read_counts(file, &header);
  return r < 0 ? r : file->n_entries != before;
}

int file_expect(struct file *file) {
  if (!file->near) file->near = malloc(NEAR_SIZE);
  return file->near ? 0 : -ENOMEM;
}

void file_rest(struct file *file) {
  free(file->near);
  file->near = NULL;
  file->near_start = file->near_length = 0;
}

static const void *near_bytes(const struct file *file, uint64_t offset, uint64_t length) {
  if (offset < file->near_start || offset - file->near_start > file->near_length) return NULL;
  uint64_t at = offset - file->near_start;
  return length <= file->near_length - at ? file->near + at : NULL;
}

/* Entries far from each other are fetched one by one, close ones many at a time. */
static void move_near(struct file *file, uint64_t offset) {
  bool is_close = offset - file->near_start < 2 * NEAR_SIZE;
  uint64_t start = offset - least(offset - file->start, BEHIND);
  uint64_t length = least(file->end - start, is_close ? NEAR_SIZE : BEHIND + 4096);
  file->near_length = read_at(file, file->near, length, start) ? length : 0;
  file->near_start = start;
}

/* Of an object that many entries have, such as a message that is told again and again, the bytes are fetched once. */
static const void *small_bytes(const struct file *file, uint64_t offset, uint64_t length) {
  struct far_object *object = &file->far->objects[(offset >> 3) * 0x9e3779b97f4a7c15u >> (64 - REMEMBERED_BITS)];
  bool is_there = object->fd == file->fd && offset == object->start && length <= object->length;
  if (is_there) return object->bytes;
  uint32_t size = (uint32_t)least(SMALL, file->end - offset);
  bool is_read = read_at(file, object->bytes, size, offset);
  object->fd = file->fd;
  object->start = offset;
  object->length = is_read ? size : 0;
  return is_read ? object->bytes : NULL;
}

static const void *bytes(struct file *file, uint64_t offset, uint64_t length) {
  if (!is_inside(file, offset, length) || length > MAX_BYTES) return NULL;
  const void *found = near_bytes(file, offset, length);
  if (found) return found;
  if (length <= SMALL) return small_bytes(file, offset, length);
  struct far *far = file->far;
  bool is_there = far->fd == file->fd && offset == far->start && length <= far->length;
  if (is_there) return far->bytes;
  far->fd = file->fd;
  far->start = offset;
  far->length = read_at(file, far->bytes, length, offset) ? length : 0;
  return far->length > 0 ? far->bytes : NULL;
}

/* An object's beginning, `length` bytes of it. */
static const void *object_bytes(struct file *file, uint64_t offset, uint8_t type, size_t length) {
  const struct object *object = offset % 8 == 0 ? bytes(file, offset, length) : NULL;
  if (!object || object->type != type) return NULL;
  uint64_t size = le64toh(object->size);
  return size >= length && is_inside(file, offset, size) ? object : NULL;
}

static size_t item_size(const struct file *file) { return file->compact ? 4 : 16; }

int file_entry(struct file *file, uint64_t offset, struct entry *entry) {
  if (file->near && is_inside(file, offset, sizeof(struct entry_object)) &&
      !near_bytes(file, offset, least(file->end - offset, 4096)))
    move_near(file, offset);
  const struct entry_object *object = object_bytes(file, offset, OBJECT_ENTRY, sizeof *object);
  if (!object) return -EBADMSG;
  *entry = (struct entry){
      .offset = offset,
      .n_items = (le64toh(object->object.size) - sizeof *object) / item_size(file),
      .place = {.seqnum_id = file->seqnum_id,
                .boot_id = object->boot_id,
                .seqnum = le64toh(object->seqnum),
                .realtime = le64toh(object->realtime),
                .monotonic = le64toh(object->monotonic),
                .xor_hash = le64toh(object->xor_hash)}};
  const struct place *place = &entry->place;
  bool valid = entry->n_items > 0 && place->seqnum > 0 && place->realtime - 1 < (1ull << 55) - 1 &&
               place->monotonic < 1ull << 55;
  return valid ? 0 : -EBADMSG;
}

/* 32-bit offsets in compact files, else 64 bits and a hash with each. */
static uint64_t offset_in(const struct file *file, const uint8_t *item) {
  uint32_t narrow;
  uint64_t wide;
  if (file->compact) {
    memcpy(&narrow, item, sizeof narrow);
    return le32toh(narrow);
  }
  memcpy(&wide, item, sizeof wide);
  return le64toh(wide);
}

int file_items(struct file *file, const struct entry *entry, uint64_t *offsets) {
  size_t size = item_size(file);
  const uint8_t *items = bytes(file, entry->offset + sizeof(struct entry_object), entry->n_items * size);
  if (!items) return -EBADMSG;
  for (size_t i = 0; i < entry->n_items; i++) offsets[i] = offset_in(file, items + i * size);
  return 0;
}

int file_data(struct file *file, uint64_t offset, struct data *data) {
  const struct data_object *object = object_bytes(file, offset, OBJECT_DATA, sizeof *object);
  size_t head = sizeof *object + (file->compact ? 8 : 0);
  uint64_t size = object ? le64toh(object->object.size) : 0;
  if (size <= head) return -EBADMSG;
  *data = (struct data){.size = size - head,
                        .hash = le64toh(object->hash),
                        .compressed = object->object.flags != 0,
                        .is_zstd = object->object.flags == ZSTD,
                        .n_entries = le64toh(object->n_entries),
                        .first_entry = le64toh(object->entry_offset),
                        .entry_array = le64toh(object->entry_array_offset),
                        .next_in_bucket = le64toh(object->next_hash_offset)};
  const char *all = bytes(file, offset, least(size, MAX_BYTES));
  if (!all) return -EBADMSG;
  data->payload = all + head;
  data->size = least(data->size, MAX_BYTES - head);
  return 0;
}

void chain_start(struct chain *chain, uint64_t first, uint64_t array, uint64_t n_entries) {
  chain->first = first;
  chain->array = array;
  chain->left = n_entries;
  chain->last = chain->items = chain->n_items = 0;
  chain->n_read = chain->at = 0;
}

/* Arrays follow one another in the file, so a chain cannot go round in circles. */
static int next_array(struct file *file, struct chain *chain) {
  const struct array_object *array = object_bytes(file, chain->array, OBJECT_ENTRY_ARRAY, sizeof *array);
  if (!array) return -EBADMSG;
  uint64_t next = le64toh(array->next);
  if (next != 0 && next <= chain->array) return -EBADMSG;
  chain->items = chain->array + sizeof *array;
  chain->n_items = (le64toh(array->object.size) - sizeof *array) / (file->compact ? 4 : 8);
  chain->array = next;
  return 0;
}

static int read_items(struct file *file, struct chain *chain) {
  size_t size = file->compact ? 4 : 8;
  uint64_t n = least(least(chain->n_items, chain->left), sizeof chain->read / sizeof *chain->read);
  const uint8_t *items = bytes(file, chain->items, n * size);
  if (!items) return -EBADMSG;
  for (size_t i = 0; i < n; i++) chain->read[i] = offset_in(file, items + i * size);
  chain->items += n * size;
  chain->n_items -= n;
  chain->n_read = n;
  chain->at = 0;
  return 0;
}

int chain_next(struct file *file, struct chain *chain, uint64_t *ret) {
  if (chain->left == 0) return 0;
  if (chain->first != 0) {
    *ret = chain->last = chain->first;
    chain->first = 0;
    chain->left--;
    return 1;
  }
  while (chain->at == chain->n_read) {
    int r = chain->n_items > 0 ? read_items(file, chain) : chain->array != 0 ? next_array(file, chain) : -EBADMSG;
    if (r < 0) return r;
  }
  uint64_t offset = chain->read[chain->at++];
  if (offset <= chain->last) return -EBADMSG;
  *ret = chain->last = offset;
  chain->left--;
  return 1;
}
