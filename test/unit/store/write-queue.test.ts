import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Effect } from '../../../src/core/effect.js';
import { createWriteQueue, type Writes } from '../../../src/store/write-queue.js';

const effect = (before: number): Effect => ({ kind: 'expire-failures', jail: 'ssh', before });

test('writes that arrive while one is under way are one write: all effects, the last position and allowances', async () => {
  const stored: Writes[] = [];
  const queue = createWriteQueue(async (writes) => {
    await Promise.resolve();
    stored.push(writes);
  });
  const at = (n: number) => ({ cursor: `${n}`, receivedAt: n });
  const first = queue.add({ position: at(1), effects: [], allowances: undefined });
  await Promise.resolve();
  await Promise.all([
    first,
    queue.add({ position: at(2), effects: [effect(1), effect(2)], allowances: undefined }),
    queue.add({ position: undefined, effects: [], allowances: [] }),
    queue.add({ position: at(3), effects: [effect(3)], allowances: undefined }),
    queue.add({ position: undefined, effects: [effect(4)], allowances: undefined }),
  ]);
  assert.deepEqual(stored, [
    { position: at(1), effects: [], allowances: undefined },
    { position: at(3), effects: [effect(1), effect(2), effect(3), effect(4)], allowances: [] },
  ]);
});
