/* See matches.h. */
#include "matches.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static bool same_field(const struct term *a, const struct term *b) {
  const char *equals = memchr(a->text, '=', a->length);
  size_t name = equals ? (size_t)(equals - a->text) + 1 : a->length;
  return b->length >= name && memcmp(a->text, b->text, name) == 0;
}

/* The first term of a group stands for all of them. */
static struct match_group *group_for(struct matches *matches, const struct term *term) {
  for (size_t i = 0; i < matches->n_groups; i++) {
    struct match_group *group = &matches->groups[i];
    if (group->alternative == matches->alternative && same_field(&matches->terms[__builtin_ctzll(group->terms)], term))
      return group;
  }
  struct match_group *group = &matches->groups[matches->n_groups++];
  *group = (struct match_group){.alternative = matches->alternative};
  return group;
}

/* Returns 1 when there is one more term, 0 when there is no room for it. */
static int append_term(struct matches *matches, const char *term, size_t length) {
  matches->overflow = matches->overflow || matches->n_terms == MAX_TERMS;
  if (matches->overflow) return 0;
  struct term *added = &matches->terms[matches->n_terms];
  *added = (struct term){.text = malloc(length), .length = length};
  if (!added->text) return -ENOMEM;
  memcpy(added->text, term, length);
  matches->n_terms++;
  return 1;
}

int matches_add(struct matches *matches, const char *term, size_t length) {
  if (length == 0) matches->alternative++;
  if (length == 0) return 0;
  int r = append_term(matches, term, length);
  size_t added = matches->n_terms - 1;
  if (r > 0) group_for(matches, &matches->terms[added])->terms |= 1ull << added;
  return r < 0 ? r : 0;
}

int matches_require(struct matches *matches, const char *term, size_t length) {
  int r = append_term(matches, term, length);
  if (r > 0) matches->required |= 1ull << (matches->n_terms - 1);
  return r < 0 ? r : 0;
}

bool matches_have_choice(const struct matches *matches) {
  for (size_t i = 0; i < matches->n_groups; i++) {
    const struct match_group *group = &matches->groups[i];
    if (group->alternative != matches->groups[0].alternative || group->terms & (group->terms - 1)) return true;
  }
  return matches->overflow;
}

void matches_free(struct matches *matches) {
  for (size_t i = 0; i < matches->n_terms; i++) free(matches->terms[i].text);
}

uint64_t matches_of(const struct matches *matches, const char *text, size_t length) {
  uint64_t found = 0;
  for (size_t i = 0; i < matches->n_terms; i++) {
    const struct term *term = &matches->terms[i];
    if (term->length == length && memcmp(term->text, text, length) == 0) found |= 1ull << i;
  }
  return found;
}

bool matches_hold(const struct matches *matches, uint64_t terms) {
  bool holds = true;
  if ((terms & matches->required) != matches->required) return false;
  for (size_t i = 0; i < matches->n_groups; i++) {
    const struct match_group *group = &matches->groups[i];
    bool is_next = i > 0 && group->alternative != matches->groups[i - 1].alternative;
    if (is_next && holds) return true;
    if (is_next) holds = true;
    holds = holds && (terms & group->terms);
  }
  return holds;
}
