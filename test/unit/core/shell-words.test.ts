/** Lines are split as a shell splits them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shellWords } from '../../../src/core/shell-words.js';

test('a line is split as a shell splits it', () => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['', []],
    [
      '  set sshd  banip \'192.0.2.1 x\' "a \\" b\\n" c\\ d\t',
      ['set', 'sshd', 'banip', '192.0.2.1 x', 'a " b\\n', 'c d'],
    ],
    ['a"b"\'c\'d ""', ['abcd', '']],
  ];
  for (const [line, words] of cases) assert.deepEqual(shellWords(line), { words, unclosed: undefined }, line);
});

test('what a quote without an end begins is told as it is written', () => {
  const cases: readonly (readonly [string, readonly string[], string])[] = [
    ["it's", ['it'], "'s"],
    ['a\\', ['a'], '\\'],
    ['a "b c', ['a'], '"b c'],
    ["'a' 'b\"c\"", ['a'], '\'b"c"'],
  ];
  for (const [line, words, unclosed] of cases) assert.deepEqual(shellWords(line), { words, unclosed }, line);
});
