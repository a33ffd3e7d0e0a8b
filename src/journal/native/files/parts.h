/* What of an entry is wanted, gathered field by field from wherever it is read. */
#ifndef F2B_JOURNAL_PARTS_H
#define F2B_JOURNAL_PARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* No field value longer than this is fetched (and decompressed), and no line is longer. */
#define MAX_LINE 65536u
#define MAX_VALUE 4096u
#define MAX_FIELDS 64u

/* A field that the line or the source time is made of. */
enum part {
  PART_NONE,
  PART_MESSAGE,
  PART_HOSTNAME,
  PART_IDENTIFIER,
  PART_COMM,
  PART_SYSLOG_PID,
  PART_PID,
  PART_SOURCE,
  PART_MONOTONIC,
  PART_RAW,
  PART_LINE_BREAK,
  PART_STREAM,
  PART_CONTAINER,
  PART_PRIORITY,
  PART_GOES_ON,
  PART_PIECE,
  PART_ORDINAL,
  PART_CUT,
};

/* What is known of the end and the beginning of a message. */
enum message_end {
  /* The line was broken here, and the rest of it is an entry of its own. */
  END_BROKEN = 1,
  /* It is the rest of such a line. */
  END_REST = 2,
  /* Only the beginning is here. */
  END_CUT = 4,
};

/* A wanted field, with room for its value while an entry is gathered. */
struct field {
  char *name;
  size_t name_length;
  size_t length;
  bool present;
  char value[MAX_VALUE];
};

/* Copied, for the memory they come from is gone with the next call. Texts end with NUL. */
struct parts {
  char hostname[256], identifier[256], comm[256], syslog_pid[32], pid[32], source[32], monotonic[32];
  size_t message_length;
  bool message_present;
  char message[MAX_LINE];
  /* White space that journald took off the end of the message, bytes. */
  uint32_t stripped;
  /* Of enum message_end. */
  uint32_t end;
  /* Whether it is a piece of a container's line, and the first one. */
  bool is_piece, is_first;
  /* journald's id of the stream that a line came in by; the container and the level that it was written for. */
  char stream[40], container[80], priority[8];
  /* µs since the epoch and since the boot, as journald received the entry. */
  uint64_t received_at, booted;
  struct field *fields;
  size_t n_fields;
};

struct slice {
  const char *data;
  size_t length;
};

/* What a field is good for: a part, or a wanted field by its index plus 1, or both. */
struct use {
  uint8_t part, wanted;
};

/* `names`: the wanted fields, each followed by a newline. */
int parts_want(struct parts *parts, const char *names);
void parts_free(struct parts *parts);
struct use parts_use(const struct parts *parts, struct slice name);
/* To begin the next entry. */
void parts_clear(struct parts *parts);
void parts_take(struct parts *parts, struct use use, struct slice value);

#endif
