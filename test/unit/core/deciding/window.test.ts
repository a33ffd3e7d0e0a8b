import assert from 'node:assert/strict';
import { test } from 'node:test';
import { insertByTime, windowsAround } from '../../../../src/core/deciding/window.js';
import type { Failure } from '../../../../src/core/failure.js';
import { failure } from '../../../support/core.js';

/** The times of the windows of ten around `at`. */
function windows(times: readonly number[], at: number): readonly number[][] {
  return windowsAround(
    times.map((time) => failure('192.0.2.1', time)),
    at,
    10,
  ).map((window) => window.map((one) => one.at));
}

test('the newest failure has one window: all that is younger than findtime', () => {
  assert.deepEqual(windows([0, 1, 5, 10], 10), [[1, 5, 10]]);
  assert.deepEqual(windows([10, 10, 10], 10), [[10, 10, 10]]);
});

test('a late failure has a window for each end that is younger than findtime', () => {
  assert.deepEqual(windows([3, 4, 5, 13, 14], 4), [
    [3, 4],
    [3, 4, 5],
    [4, 5, 13],
  ]);
  assert.deepEqual(windows([0, 5, 100], 5), [[0, 5]]);
});

test('failures of one instant stand in the order of their cursors, however they came', () => {
  const [a, b, c] = ['a', 'b', 'c'].map((cursor) => failure('192.0.2.1', 5, { cursor }));
  const earlier = failure('192.0.2.1', 4, { cursor: 'z' });
  assert.ok(a && b && c);
  for (const order of [
    [a, b, c, earlier],
    [c, b, earlier, a],
    [b, earlier, c, a],
  ]) {
    const failures: Failure[] = [];
    for (const one of order) insertByTime(failures, one);
    assert.deepEqual(failures, [earlier, a, b, c]);
  }
});
