import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Budget } from '../../../../src/filter/budget.js';
import { loadFilter } from '../../../../src/filter/load-filter.js';
import { createMatcher } from '../../../../src/filter/matching/matcher.js';
import { libraryOf } from '../../../support/filter-library.js';

const files = { '/etc/f/a.conf': '[Definition]\nfailregex = ^a (?:\\w+\\s?)+! <ADDR>$\n  ^b <ADDR>$' };
const hostile = `a ${'x'.repeat(60)}! y`;
const honest = 'a one two! 192.0.2.1';

/** Gives up texts that would take V8 for ever, without waiting for it, until the regex is no longer left to V8. */
function watchful(): { readonly budget: Budget; readonly givenUp: () => number } {
  let givenUp = 0;
  return {
    givenUp: () => givenUp,
    budget: {
      trustsLinear: false,
      each: (items, work, exceeded) =>
        items.map((item) => {
          if (givenUp === 4 || !JSON.stringify(item).includes('xxx')) return work(item);
          // Lets the matcher know which regex is at work, as being broken off in the middle of it does.
          const line = { text: 'a y! z', terminated: 'a y! z\n', at: 0, cursor: '' };
          work({ ...item, ...line, line });
          givenUp += 1;
          return exceeded(item);
        }),
    },
  };
}

function matcherWith(budget: Budget) {
  const { value } = loadFilter({ name: 'a', options: {} }, libraryOf(files));
  assert.ok(value);
  const matcher = createMatcher(value, { budget });
  const match = (text: string) => matcher.match({ text, at: 0, cursor: 'c' });
  return { matcher, match };
}

test('a regex that took too long three times goes on by steps, and honest lines are judged as before', () => {
  const { budget, givenUp } = watchful();
  const { matcher, match } = matcherWith(budget);
  const notices = Array.from({ length: 40 }, () => match(hostile)).map((verdict) =>
    verdict.outcome === 'slow' ? verdict.notice : verdict.outcome,
  );
  assert.deepEqual(notices, ['told', 'told', 'last', ...Array.from({ length: 37 }, () => 'counted')]);
  // The first line twice: it might have been slow only for the regexes that were translated for it.
  assert.equal(givenUp(), 4);
  assert.deepEqual(matcher.slowRegexes, ['^a (?:\\w+\\s?)+! <ADDR>$']);
  assert.equal(match(honest).outcome, 'failure');
  assert.equal(match('b 192.0.2.1').outcome, 'failure');
  assert.equal(match('c').outcome, 'none');
});

test('after ten thousand texts without trouble the regex is trusted again, until it takes too long once more', () => {
  const { budget } = watchful();
  const { matcher, match } = matcherWith(budget);
  for (let n = 0; n < 4; n += 1) match(hostile);
  for (let n = 0; n <= 10_000; n += 1) assert.equal(match(honest).outcome, 'failure');
  assert.deepEqual(matcher.slowRegexes, []);
});

test('a line that took too long for the translation of its regexes is judged when they are translated', () => {
  let isFirst = true;
  const budget: Budget = {
    trustsLinear: false,
    each: (items, work, exceeded) =>
      items.map((item) => {
        const isTooMuch = isFirst;
        isFirst = false;
        return isTooMuch ? exceeded(item) : work(item);
      }),
  };
  const { matcher, match } = matcherWith(budget);
  assert.equal(match(honest).outcome, 'failure');
  assert.deepEqual(matcher.slowRegexes, []);
});
