/** What the monitor of a table does when it ends, or cannot begin. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Monitor } from '../../../../src/firewall/nftables/monitor.js';
import { VirtualClock } from '../../../support/virtual-clock.js';

const SECOND = 1_000_000;

/** A monitor, and how often it was begun and heard of a loss. */
function watching(begin: (onEnd: () => void) => () => void) {
  const clock = new VirtualClock();
  const count = { begun: 0, losses: 0 };
  const table = {
    name: 'f2b-guard',
    monitor: (_onLoss: () => void, onEnd: () => void) => {
      count.begun += 1;
      return begin(onEnd);
    },
  };
  const monitor = new Monitor(table, clock, () => {
    count.losses += 1;
  });
  monitor.begin();
  return { clock, count, monitor };
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
  test(`a monitor that ${what} is begun again, ever later, and told of when that is no accident`, async () => {
    const { clock, count, monitor } = watching(begin);
    await clock.advance(SECOND);
    assert.deepEqual(count, { begun: 2, losses: 1 });
    assert.equal(monitor.problem, undefined);
    await clock.advance(2 * SECOND);
    assert.deepEqual(count, { begun: 3, losses: 2 });
    assert.match(monitor.problem ?? '', /inet f2b-guard.*noticed late/);
    await clock.advance(600 * SECOND);
    assert.ok(count.begun < 20);
    monitor.end();
    assert.deepEqual(clock.armed, []);
  });
}
