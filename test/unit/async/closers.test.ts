import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createClosers } from '../../../src/async/closers.js';

test('what was begun last ends first, each once, and one after another', async () => {
  const closers = createClosers();
  const log: string[] = [];
  const close = (name: string) => async () => {
    log.push(`${name} begins`);
    await new Promise((resolve) => setImmediate(resolve));
    log.push(`${name} ends`);
  };
  closers.add(close('first'));
  closers.add(close('second'));
  await Promise.all([closers.closeAll(), closers.closeAll()]);
  await closers.closeAll();
  assert.deepEqual(log, ['second begins', 'second ends', 'first begins', 'first ends']);
});

test('one that fails keeps none from being called, and is told in the end', async () => {
  const closers = createClosers();
  const log: string[] = [];
  closers.add(() => log.push('first'));
  closers.add(() => {
    throw new Error('second');
  });
  closers.add(async () => {
    throw new Error('third');
  });
  await assert.rejects(closers.closeAll(), { message: 'third' });
  assert.deepEqual(log, ['first']);
});
