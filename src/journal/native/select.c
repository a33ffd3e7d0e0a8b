/* Which entries are read, and which values their fields have. */
#include <stdlib.h>
#include <string.h>

#include "f2b-journal.h"

/* Restricts the journal. `term` is FIELD=value; empty starts the next alternative. */
EXPORT int f2b_match(uint64_t handle, const char *term, uint32_t length) {
  struct reader *reader = reader_of(handle);
  int r = matches_add(&reader->matches, term, length);
  if (r < 0) return r;
  reader->are_several = has_several_files(reader) || (reader->tails && matches_have_choice(&reader->matches));
  return length ? sd_journal_add_match(reader->journal, term, length) : sd_journal_add_disjunction(reader->journal);
}

/* Lets through only what `term` holds for too. */
EXPORT int f2b_restrict(uint64_t handle, const char *term) {
  struct reader *reader = reader_of(handle);
  int r = matches_require(&reader->matches, term, strlen(term));
  if (r >= 0) r = sd_journal_add_conjunction(reader->journal);
  return r < 0 ? r : sd_journal_add_match(reader->journal, term, 0);
}

static int unique_call(struct guest_call *call) {
  return f2b_unique(call->handle, call->text, call->buffer, call->size);
}

/*
 * Writes the values that `field` has in this journal, each followed by a newline. Returns the bytes needed, even beyond
 * `size`.
 */
EXPORT int f2b_unique(uint64_t handle, const char *field, char *buffer, uint32_t size) {
  FILES_MAY_SHRINK;
  struct guest *guest = guest_of(handle);
  struct guest_call call = {.run = unique_call, .handle = handle, .text = field, .length = (uint32_t)strlen(field)};
  call.buffer = buffer, call.size = size;
  if (guest) return guest_run(guest, call);
  sd_journal *journal = reader_of(handle)->journal;
  const void *data;
  size_t length, used = 0, skip = strlen(field) + 1;
  int r = sd_journal_query_unique(journal, field);
  if (r < 0) return r;
  while (sd_journal_enumerate_available_unique(journal, &data, &length) > 0) {
    if (length < skip || length - skip > MAX_VALUE) continue;
    length -= skip;
    if (used + length + 1 <= size) {
      memcpy(buffer + used, (const char *)data + skip, length);
      buffer[used + length] = '\n';
    }
    used += length + 1;
  }
  return (int)used;
}
