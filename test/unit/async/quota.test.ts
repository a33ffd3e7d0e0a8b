import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createDeferred } from '../../../src/async/deferred.js';
import { Quota } from '../../../src/async/quota.js';

test('a holder with as much under way as may be is turned away, others are not, until something ends', async () => {
  const quota = new Quota<string>(1);
  const work = createDeferred();
  const first = quota.within('a', () => work.promise);
  assert.equal(await quota.within('a', async () => 'more'), undefined);
  assert.equal(await quota.within('b', async () => 'theirs'), 'theirs');
  work.reject(new Error('no'));
  await assert.rejects(first, /no/);
  assert.equal(await quota.within('a', async () => 'again'), 'again');
});
