/** Which texts a regex cannot do without. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { literalSource } from '../../../../src/filter/regex/literals.js';
import { translateRegex } from '../../../../src/filter/regex/translate.js';

/** Literals joined by ` | `; those of any case with an `i` in front. */
const table: readonly (readonly [why: string, pattern: string, literals: string])[] = [
  ['the longest text that stands by itself', '^Failed \\S+ for (?P<user>.*) from here$', ' from here'],
  ['a text goes on in a group', 'Fail(?:ed) log(in)', 'Failed login'],
  ['anchors and look-arounds do not part it', 'Failed\\b(?= x) login', 'Failed login'],
  ['one text for each alternative', '(?:password|publickey) x', 'password | publickey'],
  ['none when an alternative has none', '(?:password|\\d+)', ''],
  ['nothing optional', '(?:password)?', ''],
  ['what is repeated at least once', '(?:password )+', 'password '],
  ['any case', '(?i)Failed', 'i failed'],
  ['any case in a part of it', '[Ff]ailed', 'i failed'],
  ['nothing short', 'ab\\d+', ''],
  ['both ways of a conditional', '(x)?(?(1)hello|goodbye)', 'hello | goodbye'],
  ['nothing from a look-ahead that must fail', '(?!password)\\w', ''],
];

describe('literals', () => {
  for (const [why, pattern, expected] of table) {
    test(why, () => {
      const literals = translateRegex(pattern).value?.literals ?? [];
      const shown = literals.map(({ text, ignorecase }) => (ignorecase ? `i ${text}` : text)).join(' | ');
      assert.equal(shown, expected);
    });
  }

  test('are found in any case that Python takes for the same', () => {
    const source = literalSource([{ text: 'skip', ignorecase: true }], 'wide');
    assert.ok(new RegExp(source, 'u').test('ſ\u212aİP'));
    assert.ok(new RegExp(literalSource([{ text: 'a.b', ignorecase: false }], 'narrow')).test('xa.b'));
  });
});
