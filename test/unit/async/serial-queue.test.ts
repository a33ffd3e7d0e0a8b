import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSerialQueue } from '../../../src/async/serial-queue.js';

test('one piece is under way at a time, in the order in which they came', async () => {
  const inTurn = createSerialQueue();
  const log: string[] = [];
  const piece = (name: string) => async () => {
    log.push(`${name} begins`);
    await new Promise((resolve) => setImmediate(resolve));
    log.push(`${name} ends`);
    return name;
  };
  assert.deepEqual(await Promise.all([inTurn(piece('a')), inTurn(piece('b'))]), ['a', 'b']);
  assert.deepEqual(log, ['a begins', 'a ends', 'b begins', 'b ends']);
});

test('a failure is seen by whoever handed the piece over, and the next one is done', async () => {
  const inTurn = createSerialQueue();
  const failed = inTurn(() => Promise.reject(new Error('no')));
  const thrown = inTurn(() => {
    throw new Error('at once');
  });
  const done = inTurn(async () => 'done');
  await assert.rejects(failed, /no/);
  await assert.rejects(thrown, /at once/);
  assert.equal(await done, 'done');
});
