import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createDeferred } from '../../../src/async/deferred.js';
import { createInFlight } from '../../../src/async/in-flight.js';

test('who waits for all work waits also for what is handed over meanwhile, and for what fails', async () => {
  const inFlight = createInFlight();
  const [first, second] = [createDeferred(), createDeferred()];
  const ended: string[] = [];
  void inFlight.track(first.promise);
  const settled = inFlight.settled().then(() => ended.push('all'));
  const refused = assert.rejects(inFlight.track(second.promise), /refused/);
  first.resolve();
  await first.promise;
  assert.deepEqual(ended, []);
  second.reject(new Error('refused'));
  await refused;
  await settled;
  assert.deepEqual(ended, ['all']);
});

test('without work nobody waits', async () => {
  await createInFlight().settled();
});
