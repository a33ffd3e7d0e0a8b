import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createWorkLoop } from '../../../src/async/work-loop.js';

/** Work whose runs end when the test says so. */
function setUp() {
  const log: string[] = [];
  const ends: ((failure?: Error) => void)[] = [];
  const loop = createWorkLoop(
    () => {
      log.push('run');
      return new Promise((resolve, reject) => {
        ends.push((failure) => (failure === undefined ? resolve() : reject(failure)));
      });
    },
    (cause) => void log.push(String(cause)),
  );
  const end = async (failure?: Error) => {
    ends.shift()?.(failure);
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { log, loop, end };
}

test('reasons that come during a run make one more, and only one', async () => {
  const { log, loop, end } = setUp();
  loop.wake();
  loop.wake();
  loop.wake();
  assert.deepEqual(log, ['run']);
  await end();
  assert.deepEqual([log, loop.isRunning], [['run', 'run'], true]);
  await end();
  assert.deepEqual([log, loop.isRunning], [['run', 'run'], false]);
  loop.wake();
  assert.equal(log.length, 3);
  await end();
});

test('a failure is told, and what comes later is done', async () => {
  const { log, loop, end } = setUp();
  loop.wake();
  loop.wake();
  await end(new Error('no'));
  assert.deepEqual([log, loop.isRunning], [['run', 'Error: no'], false]);
  loop.wake();
  assert.deepEqual(log, ['run', 'Error: no', 'run']);
  await end();
});

test('it ends with the run under way', async () => {
  const { log, loop, end } = setUp();
  loop.wake();
  loop.wake();
  let isOver = false;
  const over = loop.end().then(() => {
    isOver = true;
  });
  await Promise.resolve();
  assert.equal(isOver, false);
  await end();
  await over;
  loop.wake();
  assert.deepEqual([log, loop.isRunning], [['run'], false]);
});
