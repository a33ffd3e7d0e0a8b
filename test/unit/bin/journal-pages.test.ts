/** Pages of the journal are let go soon after a read, and not after each of many. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { letPagesGoSoon } from '../../../src/bin/process/journal-pages.js';
import { VirtualClock } from '../../support/virtual-clock.js';

const SECOND = 1_000_000;

test('pages are let go a quarter of a second after the first of many reads, and again after those that follow', async () => {
  const clock = new VirtualClock();
  let times = 0;
  const letPagesGo = () => {
    times += 1;
  };
  const wasRead = letPagesGoSoon({ letPagesGo }, clock);
  await clock.advance(10 * SECOND);
  assert.equal(times, 0);
  for (let read = 0; read < 30; read += 1) {
    wasRead();
    await clock.advance(SECOND / 10);
  }
  assert.equal(times, 10);
  await clock.advance(10 * SECOND);
  assert.equal(times, 10);
});
