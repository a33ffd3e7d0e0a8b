/*
 * What src/journal/native.ts calls: the systemd journal read in batches, and journald and the service manager written to.
 * Functions return 0 or a count, or a negative errno. No policy lives here, and a reader belongs to one thread at a time.
 */
#ifndef F2B_JOURNAL_H
#define F2B_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <systemd/sd-journal.h>

#define EXPORT __attribute__((visibility("default")))

/* No field value longer than this is fetched (and decompressed), and no line is longer. */
#define MAX_LINE 65536u
#define MAX_VALUE 4096u
#define MAX_FIELDS 64u
/* Any entry fits into an empty buffer of this size. */
#define MIN_BUFFER (1u << 20)

enum drain_flags {
  DRAIN_BACKWARDS = 1,
  DRAIN_CURSORS = 2,
};

/* A wanted field, with room for its value while an entry is gathered. */
struct field {
  char *name;
  size_t name_length;
  size_t length;
  bool present;
  char value[MAX_VALUE];
};

/* What the line of an entry is made of, copied because libsystemd's memory is gone with its next call. Texts end with NUL. */
struct parts {
  char hostname[256], identifier[256], comm[256], syslog_pid[32], pid[32], source[32], monotonic[32];
  size_t message_length;
  bool message_present;
  char message[MAX_LINE];
};

struct reader {
  sd_journal *journal;
  struct field *fields;
  size_t n_fields;
  /* The journal stands on an entry that has not been delivered, come upon in this direction; 0: on a delivered one. */
  enum { DELIVERED, FORWARDS, BACKWARDS } undelivered;
  /* The journal stands on the last entry after a seek to the tail: it comes first backwards, and never forwards. */
  bool tail;
  struct waiter *waiter;
  struct parts parts;
};

/* entry.c: writes the current entry as one record; returns its size, 0 when it does not fit. */
int entry_write(struct reader *reader, uint32_t flags, char *buffer, size_t size);

/* waiter.c: a thread that writes one byte to a pipe when `fd` becomes readable, then rests until armed again. */
int waiter_start(int fd, struct waiter **ret, int *ret_pipe);
/* `timeout`: wake then at the latest, µs on CLOCK_MONOTONIC; UINT64_MAX: never. */
int waiter_arm(struct waiter *waiter, uint64_t timeout);
void waiter_stop(struct waiter *waiter);

#endif
