/*
 * The matches of a journal: which entries are read. Alternatives of terms `FIELD=value`; values of one field are a
 * choice.
 */
#ifndef F2B_JOURNAL_MATCHES_H
#define F2B_JOURNAL_MATCHES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MAX_TERMS 64u

/* Terms of one field in one alternative: one of them must hold. */
struct match_group {
  uint32_t alternative;
  uint64_t terms;
};

struct matches {
  size_t n_terms, n_groups;
  uint32_t alternative;
  /* Terms that must hold beside whichever alternative. */
  uint64_t required;
  /* More terms than can be held. */
  bool overflow;
  struct term {
    char *text;
    size_t length;
  } terms[MAX_TERMS];
  struct match_group groups[MAX_TERMS];
};

/* An empty term begins the next alternative. */
int matches_add(struct matches *matches, const char *term, size_t length);
/* A term that must hold beside whichever alternative; to be called after all of them. */
int matches_require(struct matches *matches, const char *term, size_t length);
/* Whether entries of several values or alternatives are wanted: libsystemd looks for each of these by itself. */
bool matches_have_choice(const struct matches *matches);
void matches_free(struct matches *matches);
/* The terms that `FIELD=value` is, one bit each. */
uint64_t matches_of(const struct matches *matches, const char *text, size_t length);
/* Whether an entry with these terms is to be read. */
bool matches_hold(const struct matches *matches, uint64_t terms);

#endif
