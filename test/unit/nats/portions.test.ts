/** What comes one by one is handed over in portions, and nothing waits for what does not come. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createAsyncQueue } from '../../../src/async/async-queue.js';
import { portionsOf } from '../../../src/nats/portions.js';

/** Numbers below zero are the last for now. */
const OPTIONS = { most: 4, isLast: (value: number) => value < 0, timeout: 5 };

function queue() {
  return createAsyncQueue<number>({ limit: 100, dropped: () => Number.NaN, onEnd() {} });
}

test('a portion ends with what is the last for now, or when it is full', async () => {
  const values = queue();
  for (const value of [1, 2, -3, -4, 5, 6, 7, 8, 9, -10]) values.push(value);
  values.end();
  const portions: (readonly number[])[] = [];
  for await (const portion of portionsOf(values, OPTIONS)) portions.push(portion);
  assert.deepEqual(portions, [[1, 2, -3], [-4], [5, 6, 7, 8], [9, -10]]);
});

test('what is said to follow and does not come keeps nothing back', async () => {
  const values = queue();
  const portions = portionsOf(values, OPTIONS);
  values.push(1);
  values.push(2);
  assert.deepEqual((await portions.next()).value, [1, 2]);
  values.push(3);
  assert.deepEqual((await portions.next()).value, [3]);
  values.end();
  assert.equal((await portions.next()).done, true);
});

test('what comes while a portion is dealt with is in the next one', async () => {
  const values = queue();
  const portions = portionsOf(values, OPTIONS);
  values.push(-1);
  assert.deepEqual((await portions.next()).value, [-1]);
  values.push(2);
  values.push(-3);
  values.push(4);
  assert.deepEqual((await portions.next()).value, [2, -3]);
  assert.deepEqual((await portions.next()).value, [4]);
});

test('an error is thrown to who takes', async () => {
  async function* failing() {
    yield 1;
    throw new Error('the connection was closed');
  }
  await assert.rejects(portionsOf(failing(), OPTIONS).next(), /the connection was closed/);
});
