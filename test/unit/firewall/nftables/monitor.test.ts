/** What a watch over a table does when it ends, or cannot begin. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Monitor } from '../../../../src/firewall/nftables/monitor.js';
import { VirtualClock } from '../../../support/virtual-clock.js';

const SECOND = 1_000_000;

/** A watch, and how often it was begun and heard of a loss. */
function watching(begin: (onEnd: () => void) => () => void) {
  const clock = new VirtualClock();
  const count = { begun: 0, losses: 0 };
  const table = {
    name: 'f2b-guard',
    watch: (_onLoss: () => void, onEnd: () => void) => {
      count.begun += 1;
      return begin(onEnd);
    },
  };
  const watch = new Monitor(table, clock, () => {
    count.losses += 1;
  });
  watch.begin();
  return { clock, count, watch };
}

for (const [what, begin] of [
  [
    'ends at once',
    (onEnd: () => void) => {
      queueMicrotask(onEnd);
      return () => {};
    },
  ],
  [
    'cannot be started',
    () => {
      throw new Error('spawn ENOMEM');
    },
  ],
] as const) {
  test(`a watch that ${what} is begun again, ever later, and told of when that is no accident`, async () => {
    const { clock, count, watch } = watching(begin);
    await clock.advance(SECOND);
    assert.deepEqual(count, { begun: 2, losses: 1 });
    assert.equal(watch.problem, undefined);
    await clock.advance(2 * SECOND);
    assert.deepEqual(count, { begun: 3, losses: 2 });
    assert.match(watch.problem ?? '', /inet f2b-guard.*noticed late/);
    await clock.advance(600 * SECOND);
    assert.ok(count.begun < 20);
    watch.end();
    assert.deepEqual(clock.armed, []);
  });
}
