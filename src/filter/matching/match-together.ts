/**
 * Matches lines of several matchers at once. Invariant: the verdicts are those of each by itself, but a budget that several
 * share is taken once for all of them. Taking it costs as much as some hundred lines, and of a batch of entries that many
 * jails read each has a few.
 */
import type { Budget } from '../budget.js';
import type { Line, Matcher, OpenSearch, Verdict } from '../filter.js';

export interface MatcherLines {
  readonly matcher: Pick<Matcher, 'begin'>;
  readonly lines: readonly Line[];
}

/** For each matcher, the verdicts in the order of its lines. No matcher may be among them twice. */
export function matchTogether(all: readonly MatcherLines[]): readonly (readonly Verdict[])[] {
  const begun = all.map(({ matcher, lines }) => matcher.begin(lines));
  const open = new Map<Budget, OpenSearch[]>();
  for (const one of begun) {
    if (one.open.length === 0) continue;
    const known = open.get(one.budget);
    if (known === undefined) open.set(one.budget, [...one.open]);
    else known.push(...one.open);
  }
  for (const [budget, searches] of open) {
    budget.each(
      searches,
      ({ search, line }) => search(line),
      ({ exceeded }) => exceeded(),
    );
  }
  return begun.map((one) => one.conclude());
}
