import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseJournalmatch } from '../../../src/filter/journalmatch.js';

const cases: readonly [string, readonly (readonly string[])[]][] = [
  ['', []],
  ['A=1 B=2', [['A=1', 'B=2']]],
  ['A=1 + B=2', [['A=1'], ['B=2']]],
  ['A=1 A=2\nB=3', [['A=1', 'A=2'], ['B=3']]],
  ['"A=x y" \'B=\\z\' C=a\\ b "D=\\"q\\""', [['A=x y', 'B=\\z', 'C=a b', 'D="q"']]],
  ['+ A=1 +', [['A=1']]],
  ["A=1 B='x y", [['A=1', 'B=', "'x y"]]],
];

for (const [text, expected] of cases) {
  test(`journalmatch: ${JSON.stringify(text)}`, () => assert.deepEqual(parseJournalmatch(text), expected));
}
