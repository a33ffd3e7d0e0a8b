import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createBatchQueue } from '../../../src/async/batch-queue.js';

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

test('what comes while a round is under way is done together in the next one, in order', async () => {
  const rounds: (readonly number[])[] = [];
  const queue = createBatchQueue<number>(async (items) => {
    await turn();
    rounds.push(items);
  });
  const first = queue.add(1);
  await Promise.resolve();
  await Promise.all([first, queue.add(2), queue.add(3), queue.add(4)]);
  assert.deepEqual(rounds, [[1], [2, 3, 4]]);
});

test('when a round fails, what waits behind it fails too, and what comes later is done', async () => {
  let isFull = true;
  const rounds: (readonly number[])[] = [];
  const queue = createBatchQueue<number>(async (items) => {
    await turn();
    if (isFull) throw new Error('full');
    rounds.push(items);
  });
  const first = queue.add(1);
  await Promise.resolve();
  const results = await Promise.allSettled([first, queue.add(2)]);
  assert.deepEqual(
    results.map(({ status }) => status),
    ['rejected', 'rejected'],
  );
  isFull = false;
  await queue.add(3);
  assert.deepEqual(rounds, [[3]]);
});

test('waiting for an idle queue ends when all is done or refused', async () => {
  const queue = createBatchQueue<number>(async () => {
    throw new Error('full');
  });
  const refused = assert.rejects(queue.add(1));
  await queue.idle();
  await refused;
});

test('an item that is handed over by who hears of another is done in a round of its own', async () => {
  const rounds: (readonly string[])[] = [];
  const queue = createBatchQueue<string>(async (items) => void rounds.push(items));
  await queue.add('first');
  await queue.add('second');
  await queue.idle();
  assert.deepEqual(rounds, [['first'], ['second']]);
});
