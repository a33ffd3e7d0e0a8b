import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mergeLayers } from '../../../src/filter/ini/document.js';
import { interpolate } from '../../../src/filter/ini/interpolate.js';
import { readLayers } from '../../../src/filter/ini/layers.js';
import { parseIni } from '../../../src/filter/ini/parse.js';
import { libraryOf } from '../../support/filter-library.js';

function valuesOf(text: string): Record<string, string> {
  const section = parseIni(text, 'x.conf').value?.sections.get('S') ?? new Map();
  return Object.fromEntries([...section].map(([name, { value }]) => [name, value]));
}

function problemsOf(text: string): readonly string[] {
  return parseIni(text, 'x.conf').problems.map(({ line, message }) => `${line}: ${message}`);
}

const readings: readonly [string, string, Record<string, string>][] = [
  ['both delimiters, names in lower case', '[S]\nA=1\nb : 2', { a: '1', b: '2' }],
  ['the first delimiter counts', '[S]\na = b: c = d', { a: 'b: c = d' }],
  ['indented lines continue a value', '[S]\na = 1\n  2\n\t3', { a: '1\n2\n3' }],
  ['a value may start on the next line', '[S]\na =\n  1', { a: '\n1' }],
  ['empty lines inside a value stay, at its end they go', '[S]\na = 1\n\n  2\n\nb = 3', { a: '1\n\n2', b: '3' }],
  ['comment lines inside a value vanish', '[S]\na = 1\n# no\n  ; no\n  2', { a: '1\n2' }],
  ['only a semicolon behind a space opens an inline comment', '[S]\na = 1;2 #3 ; 4', { a: '1;2 #3' }],
  ['an indented option is continued only by deeper lines', '[S]\n  a = 1\n  b = 2\n    3', { a: '1', b: '2\n3' }],
  ['a deeper header is part of the value', '[S]\na = 1\n [T]', { a: '1\n[T]' }],
  ['all kinds of line ends', '[S]\r\na = 1\rb = 2\n', { a: '1', b: '2' }],
];

for (const [name, text, expected] of readings) {
  test(`ini: ${name}`, () => assert.deepEqual(valuesOf(text), expected));
}

test('ini: every problem of a file is told at once, with its line', () => {
  const text = 'a = 1\n[S]\na = 1\nA = 2\nnonsense\n= 3\n[S]\n';
  assert.deepEqual(problemsOf(text), [
    '1: "a = 1" stands before the first section',
    '4: option "a" is set twice in one section',
    '5: "nonsense" is neither an option nor a section',
    '6: "= 3" is neither an option nor a section',
    '7: section [S] appears twice',
  ]);
});

test('ini: a line of a million blanks is read at once', () => {
  const blanks = ' '.repeat(1_000_000);
  assert.deepEqual(problemsOf(`[S]\na${blanks}b`), [
    `2: "a${blanks.slice(1, 60)}…" is neither an option nor a section`,
  ]);
  assert.deepEqual(valuesOf(`[S]\na${blanks}=${blanks}b`), { a: 'b' });
});

const layered = {
  '/usr/f/a.conf': '[INCLUDES]\nbefore = b.conf\nafter = c.conf\n a-own.local\n[S]\nx = a',
  '/usr/f/b.conf': '[S]\nx = b',
  '/usr/f/b.local': '[S]\nx = bl',
  '/usr/f/c.conf': '[INCLUDES]\nbefore = a.conf\n[S]\nx = c',
  '/usr/f/a.d/20.conf': '[S]\nx = d20',
  '/usr/f/a.d/10.conf': '[S]\nx = d10',
  '/etc/f/a.local': '[S]\nx = l',
  '/etc/f/a.d/z.local': '[S]\nx = dl',
};

test('layers: includes, drop-ins and local files come in the order they override one another', () => {
  const { value, problems } = readLayers('a', libraryOf(layered));
  assert.deepEqual(problems, []);
  assert.deepEqual(
    value?.map(({ file }) => file),
    [
      '/usr/f/b.conf',
      '/usr/f/b.local',
      '/usr/f/a.conf',
      '/usr/f/c.conf',
      '/usr/f/a.d/10.conf',
      '/usr/f/a.d/20.conf',
      '/etc/f/a.local',
      '/etc/f/a.d/z.local',
    ],
  );
});

test('layers: a missing include is a problem at its line, a missing .local file is none', () => {
  const files = { '/etc/f/a.conf': '[INCLUDES]\nbefore = x.local\n  gone.conf\n[S]\nx=1' };
  const { problems } = readLayers('a', libraryOf(files));
  assert.deepEqual(
    problems.map(({ file, line, message }) => [file, line, message]),
    [['/etc/f/a.conf', 3, 'included file "gone.conf" does not exist']],
  );
});

test('layers: a filter that is nowhere is told with the places that were searched', () => {
  const { value, problems } = readLayers('nope', libraryOf({}));
  assert.equal(value, undefined);
  assert.deepEqual(
    problems.map(({ message }) => message),
    ['there is no filter "nope" in /etc/f, /usr/f'],
  );
});

function interpolated(text: string, parameters: Record<string, string> = {}): string | readonly string[] {
  const files = { '/etc/f/base.conf': '[S]\nx = old\n[DEFAULT]\nd = base', '/etc/f/a.conf': text };
  const layers = readLayers('a', libraryOf(files)).value ?? [];
  const problems: { readonly message: string }[] = [];
  const report = { used: new Set<string>(), problems: [] };
  const value = interpolate(mergeLayers(layers), 'S', 'x', new Map(Object.entries(parameters)), report);
  problems.push(...report.problems);
  return value ?? problems.map(({ message }) => message);
}

const base = '[INCLUDES]\nbefore = base.conf\n';
const interpolations: readonly [string, string, string | readonly string[]][] = [
  ['an option of the same section', '[S]\ny = 1\nx = <%(y)s>', '<1>'],
  ['an option of [DEFAULT], through another', '[DEFAULT]\nd = 1\ne = %(d)s\n[S]\nx = %(E)s', '1'],
  ['an option of another section', '[T]\ny = 1\n[S]\nx = %(T/y)s', '1'],
  ['default/…', '[DEFAULT]\nd = 1\n[S]\nd = 2\nx = %(default/d)s%(d)s', '12'],
  ['known/… is what was overridden', `${base}[S]\nx = %(known/x)s+new`, 'old+new'],
  ['known/… falls back to [DEFAULT]', `${base}[S]\nx = %(known/d)s`, 'base'],
  ['the name of the section', '[S]\nx = %(__name__)s', 'S'],
  ['doubled percent signs', '[S]\nx = 50%%', '50%'],
  ['a lone percent sign', '[S]\nx = 50% off', ['"x" has a lone % in "% off"']],
  ['an unknown name', '[S]\nx = %(nope)s', ['%(nope)s in "x" is not defined']],
  ['a circle', '[S]\ny = %(x)s\nx = %(y)s', ['"x" refers to itself, or more than 10 levels deep']],
];

for (const [name, text, expected] of interpolations) {
  test(`interpolation: ${name}`, () => assert.deepEqual(interpolated(text), expected));
}

test('interpolation: a parameter wins over the section', () => {
  assert.equal(interpolated('[S]\ny = 1\nx = %(y)s', { y: '2' }), '2');
});

test('interpolation: a value that doubles itself again and again is refused, not built', () => {
  const doubling = Array.from({ length: 9 }, (_, n) => `v${n} = ${`%(v${n + 1})s`.repeat(20)}`).join('\n');
  assert.deepEqual(interpolated(`[S]\n${doubling}\nv9 = ${'z'.repeat(100)}\nx = %(v0)s`), [
    '"x" grows beyond 1048576 characters',
  ]);
});

test('interpolation: a value of ever more references to nothing is refused, not gone through', () => {
  const growing = Array.from({ length: 8 }, (_, n) => `v${n} = ${`%(v${n + 1})s`.repeat(60)}`).join('\n');
  assert.deepEqual(interpolated(`[S]\n${growing}\nv8 =\nx = %(v0)s`), ['"x" has more than 10000 references']);
});
