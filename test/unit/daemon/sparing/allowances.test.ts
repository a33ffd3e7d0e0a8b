/** Who is allowed, while several things happen to the list at once. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createAllowances } from '../../../../src/daemon/sparing/allowances.js';
import { F2bError } from '../../../../src/errors.js';
import type { Allowance } from '../../../../src/ports/store.js';
import { address, MINUTE } from '../../../support/core.js';
import { VirtualClock } from '../../../support/virtual-clock.js';

function allowed(text: string, until: number): Allowance {
  return { address: address(text), since: 0, until };
}

function texts(list: readonly Allowance[]): readonly string[] {
  return list.map(({ address: { text } }) => text);
}

/** A store that takes its time. */
const slow = { saveAllowances: () => new Promise<void>((resolve) => setImmediate(resolve)) };

test('who is allowed at the moment at which the clock is set stays so', async () => {
  const clock = new VirtualClock();
  const now = clock.now();
  const allowances = createAllowances(clock, slow);
  allowances.restore([allowed('192.0.2.1', now + 10 * MINUTE)]);
  clock.set(60 * MINUTE);
  const moved = allowances.move(60 * MINUTE);
  const granted = allowances.change((before) => [...before, allowed('192.0.2.2', now + 65 * MINUTE)]);
  await Promise.all([moved, granted]);
  assert.deepEqual(texts(allowances.inForce()), ['192.0.2.1', '192.0.2.2']);
});

test('a list that cannot be stored is not in force', async () => {
  const clock = new VirtualClock();
  const full = new F2bError('STORE_FULL', 'disk');
  const allowances = createAllowances(clock, { saveAllowances: () => Promise.reject(full) });
  const change = allowances.change((before) => [...before, allowed('192.0.2.1', clock.now() + MINUTE)]);
  await assert.rejects(change, { code: 'STORE_FULL', message: full.message });
  assert.equal(allowances.holds(address('192.0.2.1')), false);
});

test('what turns up in a state that could not be read before is allowed too, also while another one is stored', async () => {
  const clock = new VirtualClock();
  const end = clock.now() + 10 * MINUTE;
  const allowances = createAllowances(clock, {
    // The state turns up while this is being stored.
    saveAllowances: async () => allowances.adopt([allowed('192.0.2.2', end), allowed('192.0.2.1', end + MINUTE)]),
  });
  await allowances.change((before) => [...before, allowed('192.0.2.1', end)]);
  assert.deepEqual(
    allowances.all.map(({ address: { text }, until }) => [text, until]),
    [
      ['192.0.2.1', end],
      ['192.0.2.2', end],
    ],
  );
});
