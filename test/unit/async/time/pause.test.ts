import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPause } from '../../../../src/async/time/pause.js';
import { VirtualClock } from '../../../support/virtual-clock.js';

test('a pause ends so long after it began, and is over before the first', async () => {
  const clock = new VirtualClock(1_000);
  const pause = createPause(clock);
  assert.ok(pause.end() <= clock.now());
  pause.begin(50);
  assert.equal(pause.end(), 1_050);
  await clock.advance(60);
  assert.equal(pause.end(), 1_050);
});

test('a clock that is set back makes nobody wait for longer than was said', () => {
  const clock = new VirtualClock(1_000);
  const pause = createPause(clock);
  pause.begin(50);
  clock.set(-900);
  assert.equal(pause.end(), 150);
});
