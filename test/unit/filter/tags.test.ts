import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expandTags } from '../../../src/filter/tags/expand.js';
import { substituteTags } from '../../../src/filter/tags/substitute.js';

function substituted(text: string, options: Readonly<Record<string, string>>): string {
  const result = substituteTags('x', text, (name) => options[name]);
  return 'text' in result ? result.text : `! ${result.problem}`;
}

const substitutions: readonly [string, string, Record<string, string>, string][] = [
  ['a tag becomes the option', '<a>b', { a: '1' }, '1b'],
  ['inner tags come first', '<m-<mode>>', { mode: 'y', 'm-y': '1', 'm-z': '2' }, '1'],
  ['what a tag becomes is searched again', '<a>', { a: '<b><b>', b: '<c>', c: '1' }, '11'],
  ['unknown tags are left for the regex', '<HOST> <a>', { a: '1' }, '<HOST> 1'],
  ['a dollar sign in an option is only text', '<a>', { a: '$&$1' }, '$&$1'],
  ['a tag that leads back to its own option', '<x>', {}, '! the tag <x> leads back to itself in "x"'],
  ['two tags that lead to each other', '<a>', { a: '<b>', b: '<a>' }, '! the tag <a> leads back to itself in "x"'],
];

for (const [name, text, options, expected] of substitutions) {
  test(`tags: ${name}`, () => assert.equal(substituted(text, options), expected));
}

test('tags: options that double each other are refused by length', () => {
  const options = Object.fromEntries(Array.from({ length: 30 }, (_, n) => [`a${n}`, `<a${n + 1}><a${n + 1}>`]));
  assert.equal(substituted('<a0>', { ...options, a30: 'zz' }), '! "x" grows beyond 1048576 characters');
});

test('tags: so many different ones that each would be sought through all the others are refused', () => {
  const options = Object.fromEntries(Array.from({ length: 60_000 }, (_, n) => [`a${n}`, 'z']));
  const text = Object.keys(options).map((name) => `<${name}>`);
  assert.equal(substituted(text.slice(0, 1_000).join(''), options), 'z'.repeat(1_000));
  assert.equal(substituted(text.join(''), options), '! "x" has too many <tags>');
});

const ip4 = '(?:::f{4,6}:)?(?P<ip4>(?:\\d{1,3}\\.){3}\\d{1,3})';
const ip6 = '(?P<ip6>(?:[0-9a-fA-F]{1,4}::?|:){1,7}(?:[0-9a-fA-F]{1,4}|(?<=:):))(?:%[\\w.\\-]{1,15})?';
const expansions: readonly [string, string][] = [
  ['<HOST>', `(?:\\[?(?:${ip4}|${ip6})\\]?|(?P<dns>[\\w\\-.^_]*\\w))`],
  ['<ADDR>', `\\[?(?:${ip4}|${ip6})\\]?`],
  ['<SUBNET>', `\\[?(?:${ip4}|${ip6})(?:/(?P<cidr>\\d+))?\\]?`],
  ['<F-ID>a</F-ID><F-PORT/>', '(?P<fid>a)(?P<fport>\\w+)'],
  ['<F-ALT_USER_1>a</F-ALT_USER_1>', '(?P<alt_user_1>a)'],
  ['</F-USER><user><F-user>', '</F-USER><user><F-user>'],
  ['a<SKIPLINES>b<SKIPLINES>', 'a\\n(?P<skiplines0>(?:(?:.*\\n)*?))b\\n(?P<skiplines1>(?:(?:.*\\n)*?))'],
  ['((?i)a)(?:(?i)b)\\((?i)c', '(?i:a)(?i:b)\\((?i)c'],
];

for (const [text, expected] of expansions) {
  test(`tags: ${text} is written out`, () => assert.equal(expandTags(text, 'warn'), expected));
}

test('tags: without name look-ups <HOST> is an address', () => {
  assert.equal(expandTags('<HOST>', 'no'), expandTags('<ADDR>', 'no'));
});
