import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createBackoff, pauseAfter } from '../../../../src/async/time/backoff.js';
import { VirtualClock } from '../../../support/virtual-clock.js';

test('attempts that go on failing come ever later, up to the last pause, and soon again once all was well', async () => {
  const clock = new VirtualClock(0);
  const attempts: number[] = [];
  const backoff = createBackoff(clock, { first: 10, last: 40 }, () => {
    attempts.push(clock.now());
    backoff.later();
  });
  backoff.later();
  await clock.advance(200);
  assert.deepEqual(attempts, [10, 30, 70, 110, 150, 190]);
  backoff.reset();
  backoff.later();
  await clock.advance(10);
  assert.equal(attempts.at(-1), 210);
  backoff.cancel();
  assert.deepEqual(clock.armed, []);
});

test('the pause after one failure is the first, and doubles up to the last, however many there were', () => {
  const pauses = [1, 2, 3, 4, 1_000_000].map((failures) => pauseAfter(failures, { first: 10, last: 45 }));
  assert.deepEqual(pauses, [10, 20, 40, 45, 45]);
});
