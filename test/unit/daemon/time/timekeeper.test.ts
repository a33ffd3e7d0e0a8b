/** What ends with time while the clock is being followed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createOrderedQueue } from '../../../../src/async/ordered-queue.js';
import type { Effect } from '../../../../src/core/effect.js';
import { createTimekeeper } from '../../../../src/daemon/time/timekeeper.js';
import { address, brief, decider, jail, MINUTE } from '../../../support/core.js';
import { VirtualClock } from '../../../support/virtual-clock.js';

test('no ban ends early for whoever asks while the bans move with the clock', async () => {
  const clock = new VirtualClock();
  const effects: Effect[] = [];
  const apply = {
    decide: <T>(decision: () => T) => decision(),
    effects: async (more: readonly Effect[]) => {
      effects.push(...more);
      return { enforced: Promise.resolve(), room: Promise.resolve() };
    },
    ended: async (more: readonly Effect[]) => {
      effects.push(...more);
    },
    position: undefined,
  };
  const decisions = createOrderedQueue({ limit: 9, onFailure: () => assert.fail() });
  let moved = () => {};
  const move = () =>
    new Promise<void>((resolve) => {
      moved = resolve;
    });
  const subject = decider([jail()]);
  subject.ban({ addresses: [address('192.0.2.1')], jail: 'sshd', bantime: 10 * MINUTE }, clock.now());
  const time = createTimekeeper({ clock, decider: subject, apply, decisions, allowances: { move } });
  clock.set(60 * MINUTE);
  const first = time.followClock();
  const second = time.expire();
  await new Promise((resolve) => setImmediate(resolve));
  moved();
  await Promise.all([first, second]);
  assert.deepEqual(brief(effects), ['ban sshd 192.0.2.1']);
  time.stop();
});
