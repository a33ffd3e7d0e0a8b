/** No line stalls the matching, whatever the regex: it is found, passed over, and the lines beside it are judged. */
import assert from 'node:assert/strict';
import { pbkdf2 } from 'node:crypto';
// The global one is loaded when it is first used, and breaking that off leaves it unusable.
import { performance } from 'node:perf_hooks';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';
import { createTimeBudget } from '../../../src/budget/time-budget.js';
import { translateRegex } from '../../../src/filter/regex/translate.js';

/** ms; within it no machine takes so many steps that it stops by itself. */
const limit = 10;

/** For each a regex that backtracks without end on the second line of three. */
const traps: readonly (readonly [name: string, pattern: string, bad: string])[] = [
  ['nested repetitions', '^(?:a+)+$', `${'a'.repeat(40)}!`],
  ['branches that overlap', '^(?:a|a)*b', 'a'.repeat(60)],
  ['branches of which one holds the other', '^(?:a|aa)+b', 'a'.repeat(200)],
  ['a look-ahead', '^(?=(?:a+)+$)', `${'a'.repeat(40)}!`],
  ['a look-behind', '^(?:a+)+(?<=b)', `${'a'.repeat(40)}!`],
  ['a back-reference', '^(?:(a)|a)+\\1b', 'a'.repeat(60)],
  ['many wildcards', '^.*.*.*.*.*.*=b', 'a'.repeat(2_000)],
  ['text beyond Latin-1', '^(?:я+)+$', `${'я'.repeat(50)}!`],
  ['groups that survive a round, on the machine', '^(?:(?P<x>a)|a)+(?P=x)+b', 'a'.repeat(60)],
];

describe('a line that exceeds its time is passed over, the others are judged', () => {
  for (const [name, pattern, bad] of traps) {
    test(name, () => {
      const { value } = translateRegex(pattern);
      const lines = ['no\n', `${bad}\n`, 'no\n'];
      // A regex is compiled when it is first used, which takes some ms where the processors are busy.
      assert.equal(value?.test('no\n'), false);
      const results = createTimeBudget(limit).each(
        lines,
        (line) => value?.test(line),
        (line) => line.slice(0, -1),
      );
      assert.deepEqual(results, [false, bad, false]);
    });
  }
});

function spin(milliseconds: number): void {
  for (const end = performance.now() + milliseconds; performance.now() < end; );
}

test('many items that together take longer than one may are all done, each once in the result', () => {
  const items = Array.from({ length: 50 }, (_, index) => index);
  const results = createTimeBudget(limit, () => 0).each(
    items,
    (item) => {
      spin(1);
      return item;
    },
    () => -1,
  );
  assert.deepEqual(results, items);
});

test('an item that does not get the processor is given more time', () => {
  let tries = 0;
  const results = createTimeBudget(1, () => 0).each(
    ['item'],
    (item) => {
      tries += 1;
      if (tries < 5) spin(100);
      return item;
    },
    () => 'given up',
  );
  assert.deepEqual(results, ['item']);
});

test('the work of other threads is not held against an item', async () => {
  const others = Array.from({ length: 2 }, () => promisify(pbkdf2)('password', 'salt', 500_000, 64, 'sha512'));
  const sleeper = new Int32Array(new SharedArrayBuffer(4));
  let tries = 0;
  const results = createTimeBudget(limit).each(
    ['item'],
    (item) => {
      tries += 1;
      if (tries < 4) Atomics.wait(sleeper, 0, 0, 1_000);
      return item;
    },
    () => 'given up',
  );
  assert.deepEqual(results, ['item']);
  await Promise.all(others);
});

test('an item that never gets it is given up in the end', () => {
  const results = createTimeBudget(1, () => 0).each(
    ['item'],
    (item) => {
      spin(10_000);
      return item;
    },
    () => 'given up',
  );
  assert.deepEqual(results, ['given up']);
});

test('what the work throws comes through', () => {
  const budget = createTimeBudget(limit);
  const work = () => {
    throw new RangeError('mine');
  };
  assert.throws(() => budget.each([1], work, work), { name: 'RangeError', message: 'mine' });
  assert.deepEqual(
    budget.each(
      [1],
      (item) => item,
      () => 0,
    ),
    [1],
  );
});

test('no items are no work', () => {
  assert.deepEqual(
    createTimeBudget(limit).each(
      [],
      (item) => item,
      () => 0,
    ),
    [],
  );
});

test('linear regexes are not trusted where V8 does not change over to its engine for them', () => {
  assert.equal(createTimeBudget(limit).trustsLinear, false);
});
