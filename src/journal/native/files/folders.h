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
 * `directory`, `namespace`: as for f2b_open; `is_machine`: the directory itself is the one of a machine. To be called before
 * libsystemd looks for them itself.
 */
int folders_open(const char *directory, bool is_machine, const char *namespace, struct folders **ret);
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

/* Takes in what the descriptor tells. True when it told of anything. */
bool folders_take_events(struct folders *folders);

/* True once they are not the ones that were there at first; with `files` also once files came or went in them. */
bool folders_moved(struct folders *folders, bool files);

#endif
