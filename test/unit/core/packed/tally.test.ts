import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CursorPacker } from '../../../../src/core/packed/cursor-packer.js';
import { Tally } from '../../../../src/core/packed/tally.js';
import { address, failure } from '../../../support/core.js';

test('the oldest failure is known whatever was dropped before it', () => {
  const tally = new Tally({ jail: 'sshd', cursors: new CursorPacker(), seed: 1 });
  for (const [text, at] of [
    ['192.0.2.1', 0],
    ['192.0.2.1', 100],
    ['192.0.2.2', 50],
    ['192.0.2.3', 70],
  ] as const) {
    tally.add(failure(text, at));
  }
  assert.equal(tally.oldest, 0);
  assert.ok(tally.expire(10));
  assert.equal(tally.oldest, 50);
  assert.ok(!tally.expire(49));
  assert.ok(tally.clear(address('192.0.2.2')));
  assert.equal(tally.oldest, 70);
  assert.ok(tally.expire(70));
  assert.deepEqual(
    [...tally].map(({ at }) => at),
    [100],
  );
  assert.deepEqual([tally.size, tally.addresses], [1, 1]);
  assert.ok(tally.expire(100));
  assert.equal(tally.oldest, undefined);
});

test('what was handed out does not change when failures are forgotten', () => {
  const tally = new Tally({ jail: 'sshd', cursors: new CursorPacker(), seed: 1 });
  tally.add(failure('192.0.2.1', 1));
  const handed = tally.failuresOf(address('192.0.2.1'));
  tally.clear(address('192.0.2.1'));
  assert.equal(handed.length, 1);
});
