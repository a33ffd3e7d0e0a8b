/** What was read is kept for a while, and what failed is not. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keptFor } from '../../../../src/async/time/kept-for.js';
import { VirtualClock } from '../../../support/virtual-clock.js';

test('one reading serves those who ask within its lifetime, however the clock is set', async () => {
  const clock = new VirtualClock();
  let readings = 0;
  const ask = keptFor(clock, 1_000, () => {
    readings += 1;
    return readings;
  });
  assert.deepEqual([ask(), ask()], [1, 1]);
  await clock.advance(999);
  clock.set(1_000_000);
  assert.equal(ask(), 1);
  await clock.advance(1);
  assert.deepEqual([ask(), ask()], [2, 2]);
});

test('a reading that fails is tried again by who asks next', () => {
  let isBroken = true;
  const ask = keptFor(new VirtualClock(), 1_000, () => {
    if (isBroken) throw new Error('broken');
    return 'whole';
  });
  assert.throws(ask, /broken/);
  isBroken = false;
  assert.equal(ask(), 'whole');
});
