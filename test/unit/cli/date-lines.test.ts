import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dateLines } from '../../../src/cli/test-filter/sources.js';
import type { Budget } from '../../../src/filter/budget.js';
import type { DatedLines } from '../../../src/filter/dated-lines.js';

const dates: DatedLines = {
  isUsual: false,
  read: (text, cursor) => ({ text, at: 1, cursor }),
};

/** Gives up the first so many pieces of work. */
function impatient(times: number): Budget {
  let left = times;
  return {
    trustsLinear: false,
    each: (items, work, exceeded) =>
      items.map((item) => {
        left -= 1;
        return left >= 0 ? exceeded(item) : work(item);
      }),
  };
}

const lines = ['a', 'b'].map((text, index) => ({ text, at: 2, cursor: String(index) }));
const undatedWith = (times: number) => dateLines(lines, dates, impatient(times)).map(({ isUndated }) => isUndated);

test('a line that is too slow once is tried once more, for V8 may have been compiling', () => {
  assert.deepEqual(undatedWith(1), [undefined, undefined]);
});

test('a line that is too slow twice has no date', () => {
  assert.deepEqual(undatedWith(2), [true, undefined]);
});

test('only one line is tried again', () => {
  assert.deepEqual(undatedWith(3), [true, true]);
});
