/*
 * How far the files go that journald appends to: system.journal and, if wanted, user-UID.journal, in the folders of this
 * machine or of a namespace; or the file of a host. May be used by two threads.
 */
#ifndef F2B_JOURNAL_TAILS_H
#define F2B_JOURNAL_TAILS_H

#include "folders.h"
#include "cursor.h"

struct tails;

/* `folders` is used until the end. */
int tails_open(const struct folders *folders, bool users, struct tails **ret);
void tails_close(struct tails *tails);
/* To be called when files came or went: they are looked for anew. */
void tails_forget(struct tails *tails);
/* How many entries there are: another number after each that is written. */
uint64_t tails_count(struct tails *tails);
/* Reads the sequence numbers given last. */
void tails_read(struct tails *tails);
/* The entry is known to have been written by now, whatever the files said. */
void tails_extend(struct tails *tails, const struct place *entry);
/* True when the entry had its number before the last call of tails_read. Some of which that holds may be missed. */
bool tails_cover(const struct tails *tails, const struct place *entry);

#endif
