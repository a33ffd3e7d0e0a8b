/* A journal handle opened and closed, and whether changes wake it. */
#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "f2b-journal.h"
#include "files/host.h"

EXPORT void f2b_close(uint64_t handle) {
  FILES_MAY_SHRINK;
  if (!handle) return;
  struct guest *guest = guest_of(handle);
  if (guest) return guest_close(guest);
  struct reader *reader = reader_of(handle);
  ahead_end(reader);
  waiter_stop(reader->waiter);
  sd_journal_close(reader->journal);
  tails_close(reader->tails);
  folders_close(reader->folders);
  bulk_close(reader->bulk);
  matches_free(&reader->matches);
  parts_free(&reader->parts);
  free(reader->directory);
  free(reader);
}

struct opening {
  const char *directory, *namespace, *host;
  uint32_t flags;
  sd_journal *journal;
  int result, fd;
};

static int open_host(sd_journal **ret, const char *directory, const char *host) {
  char **paths = host_paths(directory, host);
  int r = !paths ? -ENOMEM : !*paths ? -ENOENT : sd_journal_open_files(ret, (const char **)paths, 0);
  host_free_paths(paths);
  return r;
}

static int open_journal(sd_journal **ret, const char *directory, const char *namespace, uint32_t open_flags) {
  int system = open_flags & OPEN_USERS ? 0 : SD_JOURNAL_SYSTEM;
  if (*directory) return sd_journal_open_directory(ret, directory, open_flags & OPEN_MACHINE ? system : 0);
  int flags = SD_JOURNAL_LOCAL_ONLY | system;
  return *namespace ? sd_journal_open_namespace(ret, namespace, flags) : sd_journal_open(ret, flags);
}

static void *open_here(void *argument) {
  FILES_MAY_SHRINK;
  struct opening *opening = argument;
  opening->result = *opening->host
                        ? open_host(&opening->journal, opening->directory, opening->host)
                        : open_journal(&opening->journal, opening->directory, opening->namespace, opening->flags);
  /* At once, or files deleted from now on stay open for ever (systemd issue 14695). */
  opening->fd = opening->result < 0 ? -EBADF : sd_journal_get_fd(opening->journal);
  return NULL;
}

/* In a thread of its own, as a guest has one: in each, libsystemd keeps the machine's id as it was when it first asked for it. */
static void open_aside(struct opening *opening) {
  pthread_t thread;
  if (!guest_is_here() && pthread_create(&thread, NULL, open_here, opening) == 0) pthread_join(thread, NULL);
  else open_here(opening);
}

/* How many folders libsystemd watches. Those that it cannot watch it passes over in silence. */
static unsigned count_watches(int fd) {
  char path[64], line[512];
  unsigned n = 0;
  snprintf(path, sizeof path, "/proc/self/fdinfo/%d", fd);
  FILE *info = fopen(path, "re");
  if (!info) return UINT_MAX;
  while (fgets(line, sizeof line, info)) n += strncmp(line, "inotify ", 8) == 0;
  fclose(info);
  return n;
}

static int open_of_guest(const char *directory, uint32_t flags, const char *fields, uint64_t *ret) {
  struct guest *guest;
  int r = guest_open(directory, flags, fields, &guest, ret);
  if (r >= 0) busy_reader_of(*ret)->guest = guest;
  return r;
}

/*
 * Opens this machine's journal, or that of a namespace, or all files of a directory, or those of a host in it (empty: not
 * given). `flags`: enum open_flags; of a host, OPEN_MACHINE alone or with OPEN_TO_FOLLOW.
 */
EXPORT int f2b_open(const char *directory, const char *namespace, const char *host, uint32_t flags, const char *fields,
                    uint64_t *ret) {
  if (flags & OPEN_MACHINE && !*host && !guest_is_here()) return open_of_guest(directory, flags, fields, ret);
  struct reader *reader = calloc(1, sizeof *reader);
  struct opening opening = {.directory = directory, .namespace = namespace, .host = host, .flags = flags};
  if (!reader) return -ENOMEM;
  reader->open_flags = flags;
  reader->is_of_host = *host;
  int r = parts_want(&reader->parts, fields);
  bool users = flags & OPEN_USERS, is_machine = flags & OPEN_MACHINE;
  if (r >= 0 && !*namespace && !is_machine && !(reader->directory = strdup(directory))) r = -ENOMEM;
  if (r >= 0 && flags & OPEN_TO_FOLLOW) r = folders_open(directory, is_machine, namespace, host, &reader->folders);
  bool has_tails = flags & OPEN_TO_FOLLOW && (!*directory || is_machine);
  if (r >= 0 && has_tails) r = tails_open(reader->folders, users, &reader->tails);
  reader->are_several = has_several_files(reader);
  if (r >= 0) {
    open_aside(&opening);
    r = opening.result;
    reader->journal = opening.journal;
    reader->fd = opening.fd;
  }
  if (r >= 0) r = sd_journal_set_data_threshold(reader->journal, MAX_LINE);
  if (r < 0) {
    f2b_close((uintptr_t)reader);
    return r;
  }
  *ret = (uintptr_t)reader;
  return 0;
}

/*
 * Returns 0 when whatever changes in the journal wakes the reader, or the errno that says why it does not: EMFILE, there
 * are no inotify instances left; ENOSPC, no watches; EREMOTE, the file system is another machine's.
 */
EXPORT int f2b_unwatched(uint64_t handle) {
  struct reader *reader = reader_of(handle);
  if (reader->unwatched || !reader->folders) return reader->unwatched;
  int own = folders_fd(reader->folders);
  if (own < 0 || reader->is_of_host) return own < 0 ? -own : 0;
  if (reader->fd < 0) return -reader->fd;
  if (count_watches(reader->fd) < folders_readable(reader->folders)) return ENOSPC;
  return sd_journal_reliable_fd(reader->journal) > 0 ? 0 : EREMOTE;
}
