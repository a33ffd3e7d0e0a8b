/** Values wait for who takes them, in order and bounded, and the place of those that were dropped is told. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createAsyncQueue } from '../../../src/async/async-queue.js';

function queueOf(limit: number) {
  const ends: string[] = [];
  const queue = createAsyncQueue<string>({
    limit,
    dropped: (count) => `${count} dropped`,
    onEnd: () => void ends.push('ended'),
  });
  return { queue, ends };
}

async function taken(queue: AsyncIterable<string>): Promise<readonly string[]> {
  const all: string[] = [];
  for await (const value of queue) all.push(value);
  return all;
}

test('what came before and after it was asked for is taken in order', async () => {
  const { queue } = queueOf(10);
  queue.push('a');
  const [first, second, third] = [queue.next(), queue.next(), queue.next()];
  queue.push('b');
  queue.push('c');
  assert.deepEqual(
    (await Promise.all([first, second, third])).map(({ value }) => value),
    ['a', 'b', 'c'],
  );
});

test('what is too much is dropped, and told where it was missed', async () => {
  const { queue } = queueOf(2);
  for (const value of ['a', 'b', 'c', 'd']) queue.push(value);
  assert.equal((await queue.next()).value, 'a');
  // There is room, but what comes now came after what was dropped.
  queue.push('e');
  assert.equal((await queue.next()).value, 'b');
  assert.equal((await queue.next()).value, '3 dropped');
  queue.push('f');
  queue.end();
  assert.deepEqual(await taken(queue), ['f']);
});

test('an end lets what waits be taken, and who waits go', async () => {
  const { queue, ends } = queueOf(10);
  const waiting = queue.next();
  queue.end();
  assert.deepEqual(await waiting, { value: undefined, done: true });
  const { queue: other } = queueOf(10);
  other.push('a');
  other.end();
  other.push('b');
  assert.deepEqual(await taken(other), ['a']);
  queue.end();
  assert.deepEqual(ends, ['ended']);
});

test('who breaks off ends it', async () => {
  const { queue, ends } = queueOf(10);
  queue.push('a');
  queue.push('b');
  for await (const value of queue) {
    assert.equal(value, 'a');
    break;
  }
  assert.deepEqual(ends, ['ended']);
  assert.deepEqual(await queue.next(), { value: undefined, done: true });
});
