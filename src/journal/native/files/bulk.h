/*
 * Reads many entries of journal files several times faster than libsystemd does: a field's value that many entries
 * share is looked at once for each file and not once for each entry. Order and content are libsystemd's; whatever is
 * unusual is left to it. A damaged entry is passed over.
 */
#ifndef F2B_JOURNAL_BULK_H
#define F2B_JOURNAL_BULK_H

#include "matches.h"
#include "cursor.h"
#include "parts.h"

struct bulk;

/* What becomes of a step. */
enum bulk_step {
  /* There were no more when it was opened. */
  BULK_END,
  /* Something that leads to entries is damaged: libsystemd is to go on after the entry of `bulk_place`. */
  BULK_BROKEN,
  /* `parts` holds the next entry. */
  BULK_ENTRY,
  /* The next entry is at `bulk_place`; only libsystemd can read it. */
  BULK_UNUSUAL,
};

/*
 * Begins after the entry at `after` and in each file at the first entry of the time `since` (µs since the epoch), with
 * the files of `directory` (files.h, as `users`) if they take `usage` bytes on disk. Returns 1; 0 when this is for libsystemd.
 * `matches` and `parts` are used until the end.
 */
int bulk_open(const char *directory, bool users, uint64_t usage, const struct matches *matches, struct parts *parts,
              const struct place *after, uint64_t since, struct bulk **ret);
void bulk_close(struct bulk *bulk);
enum bulk_step bulk_next(struct bulk *bulk);
/* Of the entry that came last. */
const struct place *bulk_place(const struct bulk *bulk);

#endif
