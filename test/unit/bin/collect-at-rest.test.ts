import assert from 'node:assert/strict';
import { test } from 'node:test';
import { collectOnceAtRest } from '../../../src/bin/process/collect-at-rest.js';
import { VirtualClock } from '../../support/virtual-clock.js';

const SECOND = 1_000_000;

test('garbage is collected once, when the process has come to rest', async () => {
  const clock = new VirtualClock();
  const collected: number[] = [];
  let processor = 700_000;
  collectOnceAtRest({ clock, collect: () => collected.push(clock.now()), processor: () => processor });
  processor += 3 * SECOND;
  await clock.advance(10 * SECOND);
  processor += SECOND;
  await clock.advance(10 * SECOND);
  assert.deepEqual(collected, [], 'it was at work');
  processor += 5_000;
  await clock.advance(10 * SECOND);
  assert.equal(collected.length, 1);
  assert.deepEqual(clock.armed, [], 'nothing is left to wake the process');
});

test('where garbage cannot be collected the process is not woken for it', () => {
  const clock = new VirtualClock();
  collectOnceAtRest({ clock, collect: undefined, processor: () => 0 });
  assert.deepEqual(clock.armed, []);
});
