/** Who is logged in is asked for until there is an answer. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLoggedIn } from '../../../../src/daemon/sparing/logged-in.js';
import type { Clock } from '../../../../src/ports/clock.js';
import { VirtualClock } from '../../../support/virtual-clock.js';

const SECOND = 1_000_000;

test('it is asked again after an error, also when that was noted a moment after the pause had begun', async () => {
  const virtual = new VirtualClock();
  let late = 0;
  const clock: Clock = {
    now: () => virtual.now() + late,
    elapsed: () => virtual.elapsed(),
    at: (at, wake) => virtual.at(at, wake),
  };
  let asked = 0;
  let isOpen = false;
  const loggedIn = createLoggedIn({
    clock,
    timeout: 20 * SECOND,
    ask: async () => {
      asked += 1;
      if (asked > 3) return [];
      throw new Error('no logind');
    },
    problem: {
      met() {
        isOpen = true;
        queueMicrotask(() => {
          late = 1_000;
        });
      },
      over() {
        isOpen = false;
      },
      get isOpen() {
        return isOpen;
      },
    },
  });
  loggedIn.want(true);
  for (let n = 0; n < 120; n += 1) {
    await virtual.advance(0);
    late = 0;
    await virtual.advance(SECOND);
  }
  assert.deepEqual([asked, isOpen], [4, false]);
  loggedIn.stop();
});
