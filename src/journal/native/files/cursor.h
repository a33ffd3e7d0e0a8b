/* The order of entries of several files, and the text of a cursor: both as in sd-journal.c. */
#ifndef F2B_JOURNAL_CURSOR_H
#define F2B_JOURNAL_CURSOR_H

#include "file.h"

#define CURSOR_SIZE 256u

/* Below 0 when `a` comes first; 0 for one and the same entry, which may be in two files. */
int place_compare(const struct place *a, const struct place *b);
/* Writes at most CURSOR_SIZE bytes; returns the length. */
size_t place_print(const struct place *place, char *to);
/* Returns 1, or 0 when the text is no cursor. */
int place_parse(const char *cursor, struct place *place);

#endif
