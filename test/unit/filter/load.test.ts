import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { formatProblem } from '../../../src/core/problem.js';
import { parseFilterSpec } from '../../../src/filter/filter-spec.js';
import { loadFilter } from '../../../src/filter/load-filter.js';
import { libraryOf } from '../../support/filter-library.js';
import { repository } from '../../support/repository.js';

/** The text of a.conf, or all files. */
type Files = string | Readonly<Record<string, string>>;

function problemsOf(files: Files, spec = 'a'): readonly string[] {
  const { value } = parseFilterSpec(spec);
  assert.ok(value);
  const loaded = loadFilter(value, libraryOf(typeof files === 'string' ? { '/etc/f/a.conf': files } : files));
  return loaded.problems.map((problem) => formatProblem(problem).replace('\n  hint: ', ' | '));
}

const faulty: readonly [string, Files, string, readonly string[]][] = [
  [
    'a filter without failregex',
    '[Definition]\nx = 1',
    'a',
    ['a: filter "a" has no failregex | add failregex = … with <HOST> where the address stands to its [Definition]'],
  ],
  [
    'a regex that names nobody, at its own line',
    '[Definition]\nfailregex = ^<HOST>\n  ^nobody',
    'a',
    [
      '/etc/f/a.conf:3: no tag in "^nobody" says who failed | put <HOST> or <ADDR> where the address stands, or <F-ID>…</F-ID> around what is to be banned',
    ],
  ],
  [
    'a parameter that nothing uses',
    '[Definition]\nmode = x\nfailregex = <HOST>',
    'a[mod=y]',
    ['a: filter "a" has no option "mod" | did you mean "mode"?'],
  ],
  [
    'a parameter with a value nothing is defined for',
    '[Definition]\nmode = x\nre-x = <HOST>\nre-z = <HOST>\nfailregex = <re-<mode>>',
    'a[mode=y]',
    ['a: nothing is defined for "y" (there is no re-y) | one of these is meant: x, z'],
  ],
  [
    'a tag that leads back to itself',
    '[Definition]\nb = <failregex>\nfailregex = <HOST> <b>',
    'a',
    [
      '/etc/f/a.conf:3: the tag <failregex> leads back to itself in "failregex" | take <failregex> out of what it stands for',
    ],
  ],
  [
    'a tag that does not exist where the address should stand',
    '[Definition]\nfailregex = ^a <HST>$',
    'a',
    ['/etc/f/a.conf:2: no tag in "^a <HST>$" says who failed | there is no tag <HST>, did you mean <HOST>?'],
  ],
  [
    'a tag that does not exist, beside the address,',
    '[Definition]\nfailregex = ^a <USERNAME> <HOST>$\n  ^b \\<USERNAME> <HOST>$',
    'a',
    [
      '/etc/f/a.conf:2: warning: there is no tag <USERNAME>, so it stands for these very characters | write <F-USERNAME>…</F-USERNAME> around what is to be captured, or \\<USERNAME> if the text is meant',
    ],
  ],
  [
    'an option that a person’s own file adds for nothing',
    {
      '/etc/f/a.conf': '[Definition]\nmode-x = 1\nfailregex = <HOST>',
      '/etc/f/a.local': '[Definition]\nmode-y = 2\nmdre-x = %(known/mdre-x)s',
    },
    'a',
    [
      '/etc/f/a.local:3: warning: nothing refers to the option "mdre-x" | did you mean "mode-x"? See the .conf file that this one adds to',
    ],
  ],
  [
    'a name of fail2ban’s common.conf',
    '[Definition]\nfailregex = ^%(__hostname)s a <HOST>$',
    'a',
    [
      '/etc/f/a.conf:2: %(__hostname)s in "failregex" is not defined | it is a name of fail2ban\'s common.conf: write \\S+, or put that file beside this one',
    ],
  ],
  [
    'a tag that is never closed',
    '[Definition]\nfailregex = ^a <F-USR>x</F-USER> <HOST>',
    'a',
    [
      '/etc/f/a.conf:2: failregex "^a <F-USR>x</F-USER> <HOST>" cannot be used: this ( is never closed, near "^a (?P<usr>x</F-USER> (?:\\[?" | write </F-USR> behind what <F-USR> captures',
    ],
  ],
  [
    'a mistyped option, which is only warned of,',
    '[Definition]\nfailregex = <HOST>\nignorergex = x\nmaxlin = 3\nother = 1',
    'a',
    [
      '/etc/f/a.conf:3: warning: nothing refers to the option "ignorergex" | did you mean "ignoreregex"?',
      '/etc/f/a.conf:4: warning: nothing refers to the option "maxlin" | did you mean "maxlines"?',
    ],
  ],
  [
    'a parameter that ends in .conf',
    '[Definition]\nfailregex = <HOST>',
    'a.conf',
    ['a.conf: there is no filter "a.conf" in /etc/f, /usr/f | write the name without .conf: Filter=a'],
  ],
  [
    'a mistyped section',
    '[Definiton]\nfailregex = <HOST>',
    'a',
    [
      '/etc/f/a.conf:2: warning: nothing reads the section [Definiton] | did you mean [Definition]?',
      'a: filter "a" has no failregex | add failregex = … with <HOST> where the address stands to its [Definition]',
    ],
  ],
  [
    'maxlines that is no number',
    '[Definition]\nfailregex = <HOST>\nmaxlines = many',
    'a',
    ['/etc/f/a.conf:3: maxlines is "many" | write a number from 1 to 1000'],
  ],
  [
    'usedns that is none of its words',
    '[Definition]\nusedns = off\nfailregex = <HOST>',
    'a',
    ['/etc/f/a.conf:2: usedns is "off" | write yes, warn, no or raw'],
  ],
];

for (const [name, text, spec, expected] of faulty) {
  test(`${name} is told with place and remedy`, () => assert.deepEqual(problemsOf(text, spec), expected));
}

const specs: readonly [string, Readonly<Record<string, string>> | undefined][] = [
  ['a', {}],
  ['a[]', {}],
  [`a[b='c, d', e="]"]`, { b: 'c, d', e: ']' }],
  ['a[b=1][c=x y]', { b: '1', c: 'x y' }],
  [`a[b="x'y", c='x"y']`, { b: "x'y", c: 'x"y' }],
  ['a[b="1",\n   C="two\nlines"]', { b: '1', c: 'two\nlines' }],
  ['a[b-c=1, d.e=, _f=g=h]', { 'b-c': '1', 'd.e': '', _f: 'g=h' }],
  ['a[b]', undefined],
  ['a[b=1', undefined],
  ['a[b="c"d]', undefined],
];

for (const [text, options] of specs) {
  test(`the options of ${JSON.stringify(text)} are ${JSON.stringify(options) ?? 'refused'}`, () => {
    assert.deepEqual(parseFilterSpec(text).value?.options, options);
  });
}

test('a regex that cannot be compiled is told with its line, all of them at once', () => {
  const [first = '', second = ''] = problemsOf('[Definition]\nprefregex = (\nfailregex = <HOST>\n  <HOST>[a');
  assert.match(first, /^\/etc\/f\/a\.conf:2: prefregex "\(" cannot be used: /);
  assert.match(second, /^\/etc\/f\/a\.conf:4: failregex "<HOST>\[a" cannot be used: /);
});

test('parameters win over [Init], [Init] over [Definition], [Definition] over [DEFAULT]', () => {
  const text = [
    '[DEFAULT]\na = 1\nb = 1\nc = 1\nd = 1',
    '[Definition]\nb = 2\nc = 2\nd = 2\nfailregex = <a><b><c><d> <known/c><known/d> <HOST>',
    '[Init]\nc = 3\nd = 3',
  ].join('\n');
  const library = libraryOf({ '/etc/f/a.conf': text });
  const written = (options: Record<string, string>) =>
    loadFilter({ name: 'a', options }, library).value?.failregex.map((rule) => rule.written);
  assert.deepEqual(written({}), ['1233 33 <HOST>']);
  assert.deepEqual(written({ d: '4' }), ['1234 33 <HOST>']);
});

test('<known/…> is what an earlier file said, then [DEFAULT], then the section itself', () => {
  const tags = '[Definition]\nfailregex = <known/a><known/b><known/c> <HOST>';
  const values = '[DEFAULT]\na = 1\nb = 1\n[Definition]\na = 2\nb = 2\nc = 2';
  const written = (files: Record<string, string>) =>
    loadFilter({ name: 'a', options: {} }, libraryOf(files)).value?.failregex.map((rule) => rule.written);
  assert.deepEqual(written({ '/etc/f/a.conf': values, '/etc/f/a.local': `${tags}\na = 3` }), ['212 <HOST>']);
  assert.deepEqual(written({ '/etc/f/a.conf': `${values}\n${tags.split('\n')[1]}` }), ['222 <HOST>']);
});

test('logtype comes from the caller unless the filter or a parameter says otherwise', () => {
  const library = (own: string) =>
    libraryOf(
      { '/etc/f/a.conf': `[DEFAULT]\nlogtype = short\n[Definition]\n${own}\nfailregex = <logtype> <HOST>` },
      { logtype: 'file' },
    );
  const written = (own: string, options: Record<string, string>) =>
    loadFilter({ name: 'a', options }, library(own)).value?.failregex[0]?.written;
  assert.equal(written('', {}), 'file <HOST>');
  assert.equal(written('logtype = rfc5424', {}), 'rfc5424 <HOST>');
  assert.equal(written('logtype = rfc5424', { logtype: 'journal' }), 'journal <HOST>');
});

const folder = join(repository, 'filters');
for (const file of readdirSync(folder)) {
  const name = file.replace(/\.conf$/, '');
  if (name.endsWith('common')) continue;
  for (const logtype of ['journal', 'file', 'short', 'rfc5424']) {
    test(`our filter ${name} loads for logtype ${logtype}`, () => {
      const read = (path: string) => (path.startsWith(folder) ? readIfThere(path) : undefined);
      const { value, problems } = loadFilter({ name, options: { logtype } }, { path: [folder], read });
      assert.deepEqual(problems.map(formatProblem), []);
      assert.ok(value !== undefined && value.failregex.length > 0);
    });
  }
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
