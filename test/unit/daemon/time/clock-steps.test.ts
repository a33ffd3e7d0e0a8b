/** A clock that was set back while no agent ran shows in what was read and decided before. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createClockSteps } from '../../../../src/daemon/time/clock-steps.js';
import { VirtualClock } from '../../../support/virtual-clock.js';

const HOUR = 3_600_000_000;
const NOW = 1_700_000_000_000_000;

const place = (receivedAt: number) => ({ cursor: 'c', receivedAt });
const takenWith = (own: number, others: Readonly<Record<string, number>>, since = NOW + HOUR) => {
  const saved = Object.fromEntries(Object.entries(others).map(([name, at]) => [name, place(at)]));
  return createClockSteps(new VirtualClock(NOW), { ...place(own), others: saved }, () => [{ since }]).take();
};

test('by the last entry of the machine’s own journal', () => {
  assert.equal(takenWith(NOW + HOUR, {}), -HOUR);
  assert.equal(takenWith(NOW + HOUR, {}, NOW - HOUR), 0, 'no ban lies in the future');
  assert.equal(takenWith(NOW - HOUR, {}), 0);
});

test('by that of a namespace, where the own one was quiet', () => {
  assert.equal(takenWith(NOW - HOUR, { 'LogNamespace=web': NOW + HOUR }), -HOUR);
  assert.equal(takenWith(NOW + 2 * HOUR, { 'LogNamespace=web': NOW + HOUR }), -2 * HOUR);
});

test('and not by that of another machine, whose clock is another', () => {
  assert.equal(takenWith(NOW - HOUR, { [`Machine=${'e'.repeat(32)}`]: NOW + HOUR }), 0);
});
