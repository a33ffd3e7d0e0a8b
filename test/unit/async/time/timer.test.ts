import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTimer } from '../../../../src/async/time/timer.js';
import { VirtualClock } from '../../../support/virtual-clock.js';

function setUp() {
  const clock = new VirtualClock(0);
  const rung: number[] = [];
  return { clock, rung, timer: createTimer(clock, () => rung.push(clock.now())) };
}

test('it rings once, for the instant it was last set for', async () => {
  const { clock, rung, timer } = setUp();
  timer.set(10);
  timer.set(30);
  timer.set(20);
  assert.deepEqual([timer.setFor, clock.armed], [20, [20]]);
  await clock.advance(100);
  assert.deepEqual(rung, [20]);
  assert.deepEqual([timer.setFor, clock.armed], [undefined, []]);
});

test('cancelled, it does not ring, and can be set anew', async () => {
  const { clock, rung, timer } = setUp();
  timer.set(10);
  timer.cancel();
  timer.cancel();
  await clock.advance(50);
  assert.deepEqual([rung, clock.armed], [[], []]);
  timer.set(60);
  await clock.advance(50);
  assert.deepEqual(rung, [60]);
});

test('it may be set again by what it rings for', async () => {
  const clock = new VirtualClock(0);
  const rung: number[] = [];
  const timer = createTimer(clock, () => {
    rung.push(clock.now());
    if (rung.length < 3) timer.set(clock.now() + 5);
  });
  timer.set(5);
  await clock.advance(100);
  assert.deepEqual(rung, [5, 10, 15]);
});
