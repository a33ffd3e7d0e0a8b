import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TextPool } from '../../../../src/core/packed/text-pool.js';

test('a text has one number until it was released as often as it was taken', () => {
  const pool = new TextPool();
  const root = pool.take('root');
  assert.equal(pool.take('root'), root);
  pool.release(root);
  assert.equal(pool.textOf(root), 'root');
  pool.release(root);
  assert.throws(() => pool.textOf(root), RangeError);
  assert.throws(() => pool.release(root), RangeError);
});

test('numbers are given again, texts of any length and alphabet come back as they were', () => {
  const pool = new TextPool();
  pool.release(pool.take('root'));
  const texts = [
    '',
    'bob',
    'a name of many characters',
    '用户名用户名用户名用户名用户名',
    '😀'.repeat(8),
    '\ud83d'.repeat(14),
  ];
  const numbers = texts.map((text) => pool.take(text));
  assert.deepEqual(numbers, [0, 1, 2, 3, 4, 5]);
  assert.deepEqual(
    numbers.map((number) => pool.textOf(number)),
    texts,
  );
});
