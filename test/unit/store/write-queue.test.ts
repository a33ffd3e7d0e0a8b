import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Writes, writeQueue } from '../../../src/store/write-queue.js';

function at(n: number): Writes {
  return { position: { cursor: `${n}`, receivedAt: n }, effects: [], allowances: undefined };
}

test('writes that arrive while one is under way are stored together, in order', async () => {
  const stored: (string | undefined)[] = [];
  const queue = writeQueue(async ({ position }) => {
    await Promise.resolve();
    stored.push(position?.cursor);
  });
  const first = queue.add(at(1));
  await Promise.resolve();
  await Promise.all([first, queue.add(at(2)), queue.add(at(3)), queue.add(at(4))]);
  assert.deepEqual(stored, ['1', '4']);
});

test('when a write fails, those waiting behind it fail too, and a later one is tried again', async () => {
  let full = true;
  const stored: (string | undefined)[] = [];
  const queue = writeQueue(async ({ position }) => {
    await Promise.resolve();
    if (full) throw new Error('full');
    stored.push(position?.cursor);
  });
  const first = queue.add(at(1));
  await Promise.resolve();
  const results = await Promise.allSettled([first, queue.add(at(2))]);
  assert.deepEqual(
    results.map(({ status }) => status),
    ['rejected', 'rejected'],
  );
  full = false;
  await queue.add(at(3));
  assert.deepEqual(stored, ['3']);
});

test('waiting for an idle queue ends when all is stored or refused', async () => {
  const queue = writeQueue(async () => {
    throw new Error('full');
  });
  const refused = assert.rejects(queue.add(at(1)));
  await queue.idle();
  await refused;
});
