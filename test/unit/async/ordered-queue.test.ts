import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createOrderedQueue } from '../../../src/async/ordered-queue.js';

function setUp(limit = 10) {
  const done: string[] = [];
  const failures: unknown[] = [];
  const queue = createOrderedQueue({ limit, onFailure: (cause) => failures.push(cause) });
  const piece = (name: string) => async () => void done.push(name);
  const failing = async () => {
    throw new Error('no');
  };
  return { queue, done, failures, piece, failing };
}

/** An answer that comes when the test says so. */
function answer() {
  let [give, refuse] = [() => {}, (_cause: unknown) => {}];
  const promise = new Promise<void>((resolve, reject) => {
    give = resolve;
    refuse = reject;
  });
  return { promise, give: () => give(), refuse: (cause: unknown) => refuse(cause) };
}

test('a piece that waits for its answer is overtaken by none', async () => {
  const { queue, done, piece } = setUp();
  const { promise, give } = answer();
  await queue.add(promise, piece('first'));
  await queue.add(undefined, piece('second'));
  assert.deepEqual(done, []);
  give();
  await queue.settled();
  assert.deepEqual(done, ['first', 'second']);
});

test('who hands over a piece that need not wait goes on when it is done', async () => {
  const { queue, done, piece } = setUp();
  await queue.add(undefined, piece('only'));
  assert.deepEqual(done, ['only']);
});

test('with as many waiting as may, who hands over more waits with them', async () => {
  const { queue, done, piece } = setUp(2);
  const { promise, give } = answer();
  await queue.add(promise, piece('first'));
  let isFree = false;
  const second = queue.add(undefined, piece('second')).then(() => {
    isFree = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(isFree, false);
  give();
  await second;
  assert.deepEqual(done, ['first', 'second']);
});

test('who waits for all that was handed over does not wait for what comes afterwards', async () => {
  const { queue, done, piece } = setUp();
  const [early, late] = [answer(), answer()];
  await queue.add(early.promise, piece('before'));
  const settled = queue.settled();
  await queue.add(late.promise, piece('afterwards'));
  early.give();
  await settled;
  assert.deepEqual(done, ['before']);
});

test('after a piece failed nothing is done any more, neither what waits nor what comes later', async () => {
  const { queue, done, failures, piece, failing } = setUp();
  const { promise, give } = answer();
  await queue.add(promise, failing);
  await queue.add(undefined, piece('waits behind it'));
  give();
  await assert.rejects(queue.settled(), /no/);
  await assert.rejects(queue.add(undefined, piece('comes when nothing waits')), /no/);
  await assert.rejects(queue.add(Promise.resolve(), piece('comes with an answer')), /no/);
  assert.deepEqual(done, []);
  assert.deepEqual(failures.map(String), ['Error: no'], 'told once');
});

test('a failure is told when nobody hands over any more, and seen by who waits for room', async () => {
  const { queue, failures, piece } = setUp(2);
  const { promise, refuse } = answer();
  await queue.add(promise, piece('first'));
  const waiting = assert.rejects(queue.add(undefined, piece('second')), /no answer/);
  refuse(new Error('no answer'));
  await waiting;
  assert.deepEqual(failures.map(String), ['Error: no answer']);
});

test('once it is closed, nothing is done any more, and nobody waits', async () => {
  const { queue, done, failures, piece } = setUp(2);
  const { promise } = answer();
  await queue.add(promise, piece('first'));
  const waiting = queue.add(promise, piece('second'));
  await new Promise((resolve) => setImmediate(resolve));
  queue.close();
  await waiting;
  await queue.add(undefined, piece('third'));
  await queue.settled();
  assert.deepEqual([done, failures], [[], []]);
});
