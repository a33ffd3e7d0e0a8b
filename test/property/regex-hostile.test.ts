/** Whatever is written where a regex belongs: it is read or refused, and running it comes to an end. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Literal, literalSource } from '../../src/filter/regex/literals.js';
import { TooManySteps, translateRegex } from '../../src/filter/regex/translate.js';
import { wordExamples } from './regex-arbitrary.js';
import './seed.js';

const runs = Number(process.env['F2B_RUNS'] ?? 500);

const scraps = fc.constantFrom(
  ...[
    '(',
    ')',
    '(?',
    '(?:',
    '(?P<',
    '(?P=',
    '(?(',
    '(?<=',
    '(?<!',
    '(?=',
    '(?!',
    '(?>',
    '(?i',
    '(?#',
    '[',
    '[^',
    ']',
    '-',
  ],
  ...[
    '{',
    '}',
    '{1',
    ',',
    '{65535}',
    '{9999999999}',
    '*',
    '+',
    '?',
    '|',
    '^',
    '$',
    '.',
    '\\',
    '\\x',
    '\\u',
    '\\N{',
    '\\1',
    '\\99',
  ],
  ...[
    'a',
    'b',
    '1',
    '>',
    '<',
    '=',
    '!',
    ':',
    ' ',
    '#',
    '\n',
    'é',
    '😀',
    '\ud800',
    '\0',
    '(?x)',
    '\\w',
    '\\8',
    '\\400',
    '\\b',
  ],
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
  const repeated = (piece: string, count: number) => piece.repeat(count);
  const large = [
    repeated('(', 60_000),
    repeated('(?:', 99) + repeated('a*)*', 99),
    repeated('(?:', 50) + repeated('ab){2,3}', 50),
    '(?:(?:(?:a{1000}){1000}){1000}){1000}',
    repeated('a?', 30_000),
    repeated('(?:a|b)', 9_000),
    repeated('\\w', 3_000),
    repeated('a|', 10_000),
    `(a)${Array.from({ length: 90 }, (_, index) => `(\\${index + 1}\\${index + 1})`).join('')}`,
    repeated('(a)?', 300) + Array.from({ length: 300 }, (_, index) => `(?(${index + 1})b|c)`).join(''),
    `(a)?${repeated('(?(1)b|', 98)}${repeated(')', 98)}`,
    repeated('x', 70_000),
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

function contains(text: string, literals: readonly Literal[]): boolean {
  return new RegExp(literalSource(literals, 'wide'), 'u').test(text);
}

test('every match contains one of the literals', (context) => {
  let proved = 0;
  fc.assert(
    fc.property(wordExamples, ({ regex, text }) => {
      const { value } = translateRegex(regex);
      if (value === undefined || value.literals.length === 0) return;
      const match = value.exec(text);
      if (match === undefined) return;
      proved += 1;
      assert.ok(contains(text.slice(match.start, match.end), value.literals), JSON.stringify(value.literals));
    }),
    { numRuns: runs },
  );
  context.diagnostic(`${proved} matches had literals`);
  assert.ok(proved > runs / 5);
});
