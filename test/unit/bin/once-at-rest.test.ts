import assert from 'node:assert/strict';
import { test } from 'node:test';
import { onceAtRest } from '../../../src/bin/process/once-at-rest.js';
import { VirtualClock } from '../../support/virtual-clock.js';

const SECOND = 1_000_000;

test('what a start took is given back once, when the process has come to rest', async () => {
  const clock = new VirtualClock();
  const given: number[] = [];
  let processor = 700_000;
  onceAtRest({ clock, processor: () => processor }, () => given.push(clock.now()));
  processor += 3 * SECOND;
  await clock.advance(10 * SECOND);
  processor += SECOND;
  await clock.advance(10 * SECOND);
  assert.deepEqual(given, [], 'it was at work');
  processor += 5_000;
  await clock.advance(10 * SECOND);
  assert.equal(given.length, 1);
  assert.deepEqual(clock.armed, [], 'nothing is left to wake the process');
});
