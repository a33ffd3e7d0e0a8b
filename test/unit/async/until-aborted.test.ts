import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { test } from 'node:test';
import { untilAborted } from '../../../src/async/until-aborted.js';

const never = new Promise<never>(() => {});

test('it settles as the work does, and leaves nothing behind', async () => {
  const { signal } = new AbortController();
  assert.equal(await untilAborted(signal, Promise.resolve(5)), 5);
  await assert.rejects(untilAborted(signal, Promise.reject(new Error('no'))), { message: 'no' });
  assert.equal(getEventListeners(signal, 'abort').length, 0);
});

test('once the signal aborts it rejects with the reason, also when that was before', async () => {
  const controller = new AbortController();
  const waiting = untilAborted(controller.signal, never);
  controller.abort(new Error('enough'));
  await assert.rejects(waiting, { message: 'enough' });
  await assert.rejects(untilAborted(controller.signal, never), { message: 'enough' });
});
