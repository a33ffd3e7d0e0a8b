/*
 * Where the journal lies: the folders that libsystemd reads. It watches those that were there when it was opened; of one
 * that is made later, or anew, it never hears (systemd issue 8262). What tells of that is here.
 */
#ifndef F2B_JOURNAL_FOLDERS_H
#define F2B_JOURNAL_FOLDERS_H

#include <stdbool.h>
#include <stddef.h>

#define FOLDER_PATH_SIZE 8192u

struct folders;

/*
 * `directory`, `namespace`, `host`: as for f2b_open; `is_machine`: the directory itself is the one of a machine. To be called
 * before libsystemd looks for them itself.
 */
int folders_open(const char *directory, bool is_machine, const char *namespace, const char *host, struct folders **ret);
void folders_close(struct folders *folders);

/* A descriptor that becomes readable when others may have taken their place; a negative errno when there is none. */
int folders_fd(const struct folders *folders);

/* How many there were that may be read: libsystemd watches each of them. */
unsigned folders_readable(const struct folders *folders);

/*
 * Writes the path of the i-th folder in which journald keeps the files of this machine, of the namespace, or of the
 * machine that was named; it need not exist. False when there are no more.
 */
bool folders_of_machine(const struct folders *folders, size_t i, char path[FOLDER_PATH_SIZE]);

/* True of the files in them that are appended to; `users`: those of users too. */
bool folders_write_to(const struct folders *folders, const char *name, bool users);

/* Of a host's files it is told, too, that one was written to. */
enum folders_events { FOLDERS_QUIET, FOLDERS_WRITTEN_TO, FOLDERS_CHANGED };

/* Takes in what the descriptor tells. */
enum folders_events folders_take_events(struct folders *folders);

/*
 * True once they are not the ones that were there at first; with `files` also once files came or went in them. Of a host's
 * files it is always true then: libsystemd knows those alone that it was given.
 */
bool folders_moved(struct folders *folders, bool files);

#endif
