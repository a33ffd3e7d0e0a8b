/*
 * What src/journal/native.ts calls: the systemd journal read in batches, journald and the service manager written to,
 * programs started. Functions return 0 or a count, or a negative errno. No policy lives here, and a reader belongs to one
 * thread at a time.
 */
#ifndef F2B_JOURNAL_H
#define F2B_JOURNAL_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <systemd/sd-journal.h>

#include "files/bulk.h"
#include "files/cursor.h"
#include "files/folders.h"
#include "files/tails.h"
#include "guest.h"

#define EXPORT __attribute__((visibility("default")))

/* Any entry fits into an empty buffer of this size. */
#define MIN_BUFFER (1u << 20)

enum open_flags {
  /* The journals of users too, and not only that of the system. */
  OPEN_USERS = 1,
  /* Follow it: also when it moves to other folders. */
  OPEN_TO_FOLLOW = 2,
  /* The directory is the one of a machine's journal, as journald writes it. */
  OPEN_MACHINE = 4,
};

enum changes {
  /* libsystemd was told of something. */
  CHANGES_TOLD = 1,
  /* Files came or went. */
  CHANGES_FILES = 2,
  /* The journal lies in other folders: it is to be opened anew. */
  CHANGES_PLACE = 4,
};

/* How often a journal is looked at that does not tell of changes, µs. */
#define LOOK_EVERY 1000000

enum drain_flags {
  DRAIN_BACKWARDS = 1,
  DRAIN_CURSORS = 2,
};

/* What is being read: how it was opened, and through what. */
struct reader {
  sd_journal *journal;
  /* Whose thread it belongs to; NULL: the caller's. */
  struct guest *guest;
  /* libsystemd's own, of inotify; a negative errno when there is none. */
  int fd;
  /* Of the own or a named directory; NULL when only libsystemd knows the files. */
  char *directory;
  uint32_t open_flags;
  struct matches matches;
  /* When set, it has the position and libsystemd is to be told of it before it is used; see reader_settle. */
  struct bulk *bulk;
  /* The next records in bulk, and what wrote them; and the cursor of the last record that was handed out then. */
  struct ahead *ahead;
  char handed_out[CURSOR_SIZE];
  /* The journal stands on an entry that has not been delivered, come upon in this direction; 0: on a delivered one. */
  enum { DELIVERED, FORWARDS, BACKWARDS } undelivered;
  /* The journal stands on the last entry after a seek to the tail: it comes first backwards, and never forwards. */
  bool tail;
  /* The time that was sought, µs since the epoch; 0 for any other position. */
  uint64_t since;
  /* Of this machine's journal or a namespace's, when it is followed. */
  struct tails *tails;
  /* Several files are appended to, or entries looked for in several ways: see next.c. */
  bool are_several;
  /* The entry that reading goes on after; else from `since` on. */
  struct place after;
  bool is_after;
  /* The entry that reader_next stepped to, where `are_several`. */
  struct place found;
  /*
   * What libsystemd finds next: in order, during a look; as much, but it met the end of the one file; or it is to be told
   * of the position first.
   */
  enum { ANEW, AT_END, LOOKING } look;
  /* What sd_journal_process returned in the meantime. */
  int changed;
  /* How many entries there were when the end of the one file was met; 0: it was not, or what was met is certain. */
  uint64_t count_at_end;
  struct waiter *waiter;
  /* When it is followed: where it lay when it was opened, and whether it does no longer. */
  struct folders *folders;
  bool moved;
  /* Of a host's files: libsystemd tells of nothing, and the folder of all. */
  bool is_of_host;
  /* Why wake-ups come by time; 0: they need not. See f2b_unwatched. */
  int unwatched;
  struct parts parts;
};

/* ahead.c: waits until the thread that reads ahead rests; from then on the reader is the caller's. */
void ahead_wait(struct ahead *ahead);
/* Has the thread write the next records, with cursors, at most `limit`. Where it cannot be started nothing is read ahead. */
void ahead_begin(struct reader *reader, uint32_t limit);
/* What follows is for who waited. */
bool ahead_has_records(const struct ahead *ahead);
/* Hands out at most `limit` of the records; returns the bytes. The buffer has room for MIN_BUFFER. */
int ahead_take(struct ahead *ahead, uint32_t limit, char *buffer);
/* The negative errno that reading ahead ended with, once; else 0. */
int ahead_failure(struct ahead *ahead);
/* Drops what was read ahead, and ends the thread. */
void ahead_end(struct reader *reader);

/* A handle as f2b_open hands it out, while it may be another thread's. */
static inline struct reader *busy_reader_of(uint64_t handle) { return (struct reader *)(uintptr_t)handle; }

/* Who has to do what is asked of it; NULL: whoever is asked. */
static inline struct guest *guest_of(uint64_t handle) {
  struct guest *guest = busy_reader_of(handle)->guest;
  return guest_is_here() ? NULL : guest;
}

/* The same once it is the caller's. */
static inline struct reader *reader_of(uint64_t handle) {
  struct reader *reader = busy_reader_of(handle);
  if (reader) ahead_wait(reader->ahead);
  return reader;
}

/* Where there are users' journals, journald appends to several files. */
static inline bool has_several_files(const struct reader *reader) {
  return reader->tails && reader->open_flags & OPEN_USERS;
}

/* entry.c: reads the entry that libsystemd stands on. */
/* Waits a moment for an entry that is just being written; whole.c. */
void entry_await(sd_journal *journal);
int entry_gather(sd_journal *journal, struct parts *parts);
/* Writes what was gathered as one record; returns its size, 0 when it does not fit. `cursor`: empty for none. */
int entry_write(const struct parts *parts, const char *cursor, char *buffer, size_t size);
/* The cursor of the last of these records. */
void record_cursor(const char *records, size_t size, char cursor[CURSOR_SIZE]);

/* open.c: whether changes wake the reader. */
int f2b_unwatched(uint64_t handle);
int f2b_open(const char *directory, const char *namespace, const char *host, uint32_t flags, const char *fields,
             uint64_t *ret);
void f2b_close(uint64_t handle);
/* What a guest's thread is asked for. */
int f2b_seek_tail(uint64_t handle);
int f2b_seek_cursor(uint64_t handle, const char *cursor);
int f2b_unique(uint64_t handle, const char *field, char *buffer, uint32_t size);
int f2b_drain(uint64_t handle, uint32_t limit, uint32_t flags, char *buffer, uint32_t size);
int f2b_peek(uint64_t handle);
int f2b_process(uint64_t handle, uint32_t look);

/* next.c: as sd_journal_process; f2b_process tells of it. */
int reader_take_changes(struct reader *reader);
/* As sd_journal_next, missing nothing. */
int reader_next(struct reader *reader);
/*
 * To be called when journald told of an entry. libsystemd does not look again until the number of entries changes, and an
 * entry is counted before it can be found: at the end, if none was counted since, it has to look anew.
 */
int reader_look_again(struct reader *reader);
/* Reading goes on after this entry, which may be gone; NULL: from `since` on. */
void reader_begin_after(struct reader *reader, const struct place *entry);
/* Of the entry that libsystemd stands on. */
int reader_place(sd_journal *journal, struct place *place);

/* drain.c: hands the position over to libsystemd. */
int reader_settle(struct reader *reader);
/* Fills `buffer` as f2b_drain does. */
int reader_fill(struct reader *reader, uint32_t limit, uint32_t flags, char *buffer, uint32_t size);

/* sigbus.c: until the function ends, files may shrink under libsystemd. Opens each function that lets it read. */
int sigbus_enter(void);
void sigbus_leave(const int *unused);
#define FILES_MAY_SHRINK __attribute__((cleanup(sigbus_leave), unused)) int guard = sigbus_enter()

/* quiet-thread.c: starts a thread whose signals are blocked; returns 0 or a negative errno. */
int start_quiet_thread(pthread_t *thread, void *(*run)(void *), void *argument);

/* µs on CLOCK_MONOTONIC. */
uint64_t micros_now(void);

/*
 * waiter.c: a thread that writes one byte to a pipe when one of the descriptors becomes readable, then rests until armed
 * again. A negative one is none. With `tails` it also tells of entries that are expected.
 */
int waiter_start(int journal_fd, int folders_fd, struct tails *tails, struct waiter **ret, int *ret_pipe);
/* `timeout`: wake then at the latest, µs on CLOCK_MONOTONIC; UINT64_MAX: never. */
int waiter_arm(struct waiter *waiter, uint64_t timeout);
/* More entries are expected: for some seconds the thread looks whether there are more than were noted last. */
void waiter_expect(struct waiter *waiter);
/* Of so many entries somebody knows, see tails_count. */
void waiter_note(struct waiter *waiter, uint64_t count);
void waiter_stop(struct waiter *waiter);

#endif
