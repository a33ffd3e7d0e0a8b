/** Filter files and lines that nobody meant: they are refused or matched, but never crash, hang or fill the memory. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createTimeBudget } from '../../src/budget/time-budget.js';
import { createDatedLines, type DatedLines } from '../../src/filter/dated-lines.js';
import { parseFilterSpec } from '../../src/filter/filter-spec.js';
import { type Filter, loadFilter } from '../../src/filter/load-filter.js';
import { createMatcher } from '../../src/filter/matching/matcher.js';
import { libraryOf } from '../support/filter-library.js';
import '../support/seed.js';

const zone = { offsetAt: () => 0 };
const now = 1_124_013_600;

/** Pieces that filters are made of, so that garbage gets past the first check now and then. */
const piece = fc.constantFrom(
  ...['[', ']', '=', ':', '\n', '\n  ', '\r\n', '#', ' ;', '%(', ')s', '%%', '%', '<', '>', '</', '/>', '"', "'", '\\'],
  ...[
    '[Definition]\n',
    '[INCLUDES]\n',
    '[Init]\n',
    '[DEFAULT]\n',
    '[Init?family=inet6]\n',
    'before = ',
    'a.conf',
    'a',
    'b',
  ],
  ...[
    'failregex = ',
    'prefregex = ',
    'ignoreregex = ',
    'datepattern = ',
    'maxlines = ',
    'journalmatch = ',
    'usedns = no',
  ],
  ...[
    '<HOST>',
    '<ADDR>',
    '<F-ID/>',
    '<F-MLFID>',
    '</F-MLFID>',
    '<SKIPLINES>',
    '<F-CONTENT>.*</F-CONTENT>',
    '<known/a>',
  ],
  ...[
    '(?P<x>',
    '(?:',
    '(?i)',
    '(',
    ')',
    '*',
    '+',
    '?',
    '{1,9}',
    '{,3}',
    '|',
    '^',
    '$',
    '.',
    '\\w',
    '[^]',
    '(?=',
    '(?<=x)',
  ],
  ...['9', '999999999999', '\0', '\u2028', '\ud800', 'ſ', '𝔘', '{DATE}', '{EPOCH}', '%%Y', '%%b'],
);
const garbage = fc.oneof(
  fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join('')),
  fc.string({ unit: 'binary', maxLength: 200 }),
);

const budget = createTimeBudget(200);
const runs = Number(process.env['F2B_RUNS'] ?? 200);

function tryLines(filter: Filter, texts: readonly string[], dates?: DatedLines): void {
  const matcher = createMatcher(filter, { budget });
  const lines = texts.map((text, index) => dates?.read(text, '') ?? { text, at: index, cursor: '' });
  for (const verdict of matcher.matchAll(lines)) {
    if (verdict.outcome !== 'failure') continue;
    for (const hit of verdict.hits) assert.ok(Number.isFinite(hit.at) && typeof hit.id === 'string');
  }
}

test('filter files of garbage lead to a filter or to problems with a place', () => {
  const files = fc.record({ a: garbage, b: garbage, local: garbage });
  const options = fc.dictionary(
    fc.constantFrom('a', 'b', 'mode', 'logtype', 'failregex', 'maxlines', '__proto__'),
    garbage,
  );
  fc.assert(
    fc.property(files, options, fc.array(garbage, { maxLength: 5 }), ({ a, b, local }, given, lines) => {
      const definition = `[Definition]\nfailregex = <HOST>\n${a}`;
      const library = libraryOf({ '/etc/f/a.conf': definition, '/etc/f/b.conf': b, '/etc/f/a.local': local });
      const { value, problems } = loadFilter({ name: 'a', options: given }, library);
      assert.ok(value !== undefined || problems.length > 0);
      for (const problem of problems) assert.ok(problem.file !== '' && problem.message !== '' && problem.line >= 0);
      if (value === undefined) return;
      const dates = createDatedLines(value, { now, zone });
      tryLines(value, lines, dates.problems.length > 0 ? undefined : dates.value);
    }),
    { numRuns: runs },
  );
});

test('a filter name of garbage is taken apart or refused', () => {
  fc.assert(
    fc.property(garbage, (text) => {
      const { value, problems } = parseFilterSpec(text);
      assert.ok((value === undefined) === problems.length > 0);
    }),
    { numRuns: runs },
  );
});

test('lines of garbage have a verdict, and a date that is finite', () => {
  const text =
    '[Definition]\nprefregex = ^<F-MLFID>\\S+ </F-MLFID><F-CONTENT>.+</F-CONTENT>$\nfailregex = <HOST>\n  ^<F-ID/>$';
  const { value } = loadFilter({ name: 'a', options: {} }, libraryOf({ '/etc/f/a.conf': text }));
  assert.ok(value);
  const { value: dates } = createDatedLines(value, { now, zone });
  const digits = fc.string({ unit: fc.constantFrom(...'0123456789-/: .TZ+@abJanFeb[]'), maxLength: 60 });
  fc.assert(
    fc.property(fc.array(fc.oneof(garbage, digits), { maxLength: 20 }), (lines) => tryLines(value, lines, dates)),
    { numRuns: runs },
  );
});

/** The verdicts on a few lines that are larger or odder than anything a program should log. */
test('lines of a megabyte, with NUL, U+2028 or broken UTF-16, are matched like any other', () => {
  const text = '[Definition]\nfailregex = ^a <HOST>: .*$\n  user <F-USER>.*?</F-USER> of <HOST>$';
  const { value } = loadFilter({ name: 'a', options: {} }, libraryOf({ '/etc/f/a.conf': text }));
  assert.ok(value);
  const matcher = createMatcher(value, { budget });
  const fillers = [
    'x'.repeat(1 << 20),
    '\0',
    'ü\u2028\u2029\u0085',
    '\ud800',
    '𝔘'.repeat(1000),
    'from 192.0.2.9 '.repeat(1000),
  ];
  for (const filler of fillers) {
    const verdict = matcher.match({ text: `a 192.0.2.1: ${filler}`, at: 0, cursor: '' });
    assert.equal(verdict.outcome === 'failure' && verdict.hits[0]?.id, '192.0.2.1', filler.slice(0, 20));
  }
});
