import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createConcurrencyLimit } from '../../../src/async/concurrency-limit.js';
import { createDeferred } from '../../../src/async/deferred.js';

test('what has no turn yet begins when something ends, also when that failed', async () => {
  const limited = createConcurrencyLimit(1);
  const first = createDeferred();
  const begun: string[] = [];
  const failing = limited(async () => {
    begun.push('first');
    await first.promise;
  });
  const second = limited(async () => {
    begun.push('second');
    return 'done';
  });
  await Promise.resolve();
  assert.deepEqual(begun, ['first']);
  first.reject(new Error('no'));
  await assert.rejects(failing, /no/);
  assert.equal(await second, 'done');
});

test('when very much waits, more is turned away, and what waits is done all the same', async () => {
  const limited = createConcurrencyLimit(1);
  const gate = createDeferred();
  let done = 0;
  const work = async () => {
    await gate.promise;
    done += 1;
  };
  const accepted = Array.from({ length: 10_001 }, () => limited(work));
  await assert.rejects(limited(work), /too much is waiting/);
  gate.resolve();
  await Promise.all(accepted);
  assert.equal(done, accepted.length);
});
