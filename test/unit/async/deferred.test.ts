import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createDeferred } from '../../../src/async/deferred.js';

test('all who wait hear of it, also those who come later, and only the first settling counts', async () => {
  const deferred = createDeferred<number>();
  const early = deferred.promise.then((value) => value + 1);
  deferred.resolve(1);
  deferred.resolve(2);
  deferred.reject(new Error('too late'));
  assert.deepEqual([await early, await deferred.promise], [2, 1]);
});

test('a rejection that nobody waits for ends no process, and is there for who comes later', async () => {
  const deferred = createDeferred();
  deferred.reject(new Error('no'));
  await new Promise((resolve) => setImmediate(resolve));
  await assert.rejects(deferred.promise, /no/);
});
