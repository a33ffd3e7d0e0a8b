/** Turns of the event loop: work in steps, and work that is put off. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inTurns } from '../../../src/async/in-turns.js';
import { inLaterTurn } from '../../../src/async/next-turn.js';

test('work in steps is done once, in order, and leaves other work its turn after each', async () => {
  const order: string[] = [];
  function* steps(): Generator<undefined, string> {
    for (const step of ['one', 'two']) {
      order.push(step);
      setImmediate(() => order.push(`after ${step}`));
      yield;
    }
    return 'done';
  }
  assert.equal(await inTurns(steps()), 'done');
  assert.deepEqual(order, ['one', 'after one', 'two', 'after two']);
});

test('a step that fails ends the work, and whoever waits for it sees the failure', async () => {
  let begun = 0;
  function* steps(): Generator<undefined, void> {
    begun += 1;
    yield;
    throw new Error('refused');
  }
  await assert.rejects(inTurns(steps()), /refused/);
  assert.equal(begun, 1);
});

for (const pause of [0, 5]) {
  test(`work that is put off by ${pause} ms is done once, and not at once`, async () => {
    let done = 0;
    await new Promise<void>((resolve) => {
      inLaterTurn(() => {
        done += 1;
        resolve();
      }, pause);
      assert.equal(done, 0);
    });
    assert.equal(done, 1);
  });
}
