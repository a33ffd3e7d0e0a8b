/* The journal files of a directory, all of them open: those that libsystemd reads too. */
#ifndef F2B_JOURNAL_FILES_H
#define F2B_JOURNAL_FILES_H

#include "file.h"

#define MAX_FILES 1024u

struct files {
  struct file *all;
  size_t count;
  /* Bytes on disk, as sd_journal_get_usage counts them. */
  uint64_t usage;
  struct far *far;
};

/*
 * `directory`: empty for this machine's own journal, that of the system, and with `users` those of users too. What cannot be read is passed over; whether libsystemd does
 * the same the usage tells. Returns 1, 0 when the files do not come to rest; they are to be closed either way.
 */
int files_open(struct files *files, const char *directory, bool users);
void files_close(struct files *files);

#endif
