/** Whatever is written where a regex belongs: it is read or refused, and running it comes to an end. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { TooManySteps, translateRegex } from '../../src/filter/regex/translate.js';
import '../support/seed.js';

const runs = Number(process.env['F2B_RUNS'] ?? 500);

const scraps = fc.constantFrom(
  ...'( ) (? (?: (?P< (?P= (?( (?<= (?<! (?= (?! (?> (?i (?# (?x) [ [^ ] - * + ? | ^ $ . > < = ! : , # a b 1'.split(
    ' ',
  ),
  ...'{ } {1 {65535} {9999999999} \\ \\x \\u \\N{ \\1 \\8 \\99 \\400 \\w \\b'.split(' '),
  ...[' ', '\n', 'é', '😀', '\ud800', '\0'],
);
const garbage = fc.array(fc.oneof(scraps, fc.string({ unit: 'binary', maxLength: 2 })), { maxLength: 60 });

test('garbage is read or refused with a place and a reason', () => {
  fc.assert(
    fc.property(garbage, (pieces) => {
      const pattern = pieces.join('');
      const { value, problems } = translateRegex(pattern);
      assert.equal(value === undefined, problems.length > 0);
      for (const { index, message } of problems) {
        assert.ok(index >= 0 && index <= pattern.length);
        assert.notEqual(message, '');
      }
    }),
    { numRuns: runs },
  );
});

test('no regex is too large for the translator', () => {
  const large = [
    '('.repeat(60_000),
    '(?:'.repeat(99) + 'a*)*'.repeat(99),
    '(?:'.repeat(50) + 'ab){2,3}'.repeat(50),
    '(?:(?:(?:a{1000}){1000}){1000}){1000}',
    'a?'.repeat(30_000),
    '(?:a|b)'.repeat(9_000),
    '\\w'.repeat(3_000),
    'a|'.repeat(10_000),
    `(a)${Array.from({ length: 90 }, (_, index) => `(\\${index + 1}\\${index + 1})`).join('')}`,
    '(a)?'.repeat(300) + Array.from({ length: 300 }, (_, index) => `(?(${index + 1})b|c)`).join(''),
    `(a)?${'b'.repeat(60_000)}(?(1)c)`,
    `(a)?${'(?(1)b|'.repeat(98)}${')'.repeat(98)}`,
    'x'.repeat(70_000),
  ];
  for (const pattern of large) {
    const { value } = translateRegex(pattern);
    for (const text of ['aab\n', 'ab\u2028\n']) {
      try {
        value?.exec(text);
      } catch (error) {
        assert.ok(error instanceof TooManySteps, pattern.slice(0, 40));
      }
    }
  }
});
