import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countingMeasure, exactMeasure } from '../../../src/text/width.js';

/** Text and its columns on a terminal, by the tables of Unicode (UAX 11, UTS 51). */
const widths: readonly (readonly [string, number])[] = [
  ['', 0],
  ['ssh.service', 11],
  ['Bürgeramt', 9],
  ['Bu\u0308rgeramt', 9],
  ['役所', 4],
  ['서울', 4],
  ['ﾈｺ', 2],
  ['ａｂ', 4],
  ['e\u0301\u0323', 1],
  ['नि', 2],
  ['a\u200bb\u200d', 2],
  ['👩‍👩‍👧', 2],
  ['🇩🇪', 2],
  ['❤️', 2],
  ['…', 1],
];

for (const [text, width] of widths) {
  test(`${JSON.stringify(text)} takes ${width} columns`, async () => {
    const widthOf = await exactMeasure();
    assert.equal(widthOf(text), width);
    assert.equal(widthOf(text), width, 'also when it is known already');
  });
}

test('counting characters is enough for ASCII, and says so when it is not', () => {
  const counting = countingMeasure();
  assert.equal(counting.widthOf('ssh.service'), 11);
  assert.equal(counting.isExact, true);
  counting.widthOf('Bürgeramt');
  assert.equal(counting.isExact, false);
});
