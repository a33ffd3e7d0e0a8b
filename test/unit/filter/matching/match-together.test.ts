/** Lines of several matchers are judged as by each of them, with the budget taken once. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Budget } from '../../../../src/filter/budget.js';
import { filterOfRegex } from '../../../../src/filter/load-filter.js';
import { matchTogether } from '../../../../src/filter/matching/match-together.js';
import { createMatcher } from '../../../../src/filter/matching/matcher.js';

/** Counts how often it is taken, and breaks off what begins with "slow". */
function counting() {
  const world = { taken: 0 };
  const budget: Budget = {
    trustsLinear: false,
    each(items, work, exceeded) {
      world.taken += 1;
      return items.map((item) => (JSON.stringify(item).includes('slow') ? exceeded(item) : work(item)));
    },
  };
  return { world, budget };
}

const matcherOf = (regex: string, budget: Budget) =>
  createMatcher(filterOfRegex(regex).value ?? assert.fail(regex), { budget });
const linesOf = (...texts: readonly string[]) => texts.map((text, at) => ({ text, at, cursor: `c${at}` }));

test('each line has the verdict of its own matcher, and one that takes too long is given up alone', () => {
  const { world, budget } = counting();
  const [one, other] = [matcherOf('^a <ADDR>$', budget), matcherOf('^b <ADDR>$', budget)];
  const verdicts = matchTogether([
    { matcher: one, lines: linesOf('a 192.0.2.1', 'b 192.0.2.2', 'slow') },
    { matcher: other, lines: linesOf('a 192.0.2.1', 'b 192.0.2.2') },
  ]);
  const told = verdicts.map((some) =>
    some.map((verdict) => (verdict.outcome === 'failure' ? verdict.hits[0]?.id : verdict.outcome)),
  );
  assert.deepEqual(told, [
    ['192.0.2.1', 'none', 'slow'],
    ['none', '192.0.2.2'],
  ]);
  // And once more for the line that may have been slow only for the regexes that were translated for it.
  assert.equal(world.taken, 2);
});

test('matchers with budgets of their own take each its own, and none where no line needs it', () => {
  const [first, second] = [counting(), counting()];
  const lines = linesOf('a 192.0.2.1');
  matchTogether([
    { matcher: matcherOf('^a <ADDR>$', first.budget), lines },
    { matcher: matcherOf('^a <ADDR>$', second.budget), lines },
    { matcher: matcherOf('^a <ADDR>$', second.budget), lines: [] },
  ]);
  assert.deepEqual([first.world.taken, second.world.taken], [1, 1]);
});
