/** Where Python's `re` and V8 differ: each row is a trap, and what Python answers. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { translateRegex } from '../../../../src/filter/regex/translate.js';

/** The whole match and its groups as Python gives them, null for no match. */
type Found = readonly (string | undefined)[] | null;

function search(pattern: string, text: string): Found {
  const { value, problems } = translateRegex(pattern, { unnamedGroups: true });
  assert.deepEqual(problems, [], pattern);
  const match = value?.exec(text);
  return match === undefined ? null : (value?.groups.map((_, number) => match.group(number)) ?? null);
}

const traps: readonly (readonly [why: string, pattern: string, text: string, found: Found])[] = [
  ['$ also stands before a final newline', 'a$', 'a\n', ['a']],
  ['and inside of a regex too', '(?:a$|b)\\n?', 'a\n', ['a\n']],
  ['$ does not stand before an inner newline', 'a$', 'a\nb', null],
  ['$ under (?m) stands before every newline', '(?m)a$', 'a\nb', ['a']],
  ['$ in a group does not take the newline', '(a$)', 'a\n', ['a', 'a']],
  ['^ under (?m) stands behind every newline', '(?m)^', 'b', ['']],
  ['but not behind a carriage return', '(?m)^b', 'a\rb', null],
  ['\\Z stands at the very end only', 'a\\Z', 'a\n', null],
  ['\\A stands at the start only', '(?m)\\Ab', 'a\nb', null],
  ['. is everything but a newline', '^.$', '\r', ['\r']],
  ['. takes a line separator', '^.$', '\u2028', ['\u2028']],
  ['. takes a character beyond the BMP whole', '^.$', '😀', ['😀']],
  ['an empty match does not begin inside of one', '(?<!^)(?!$)', '😀', null],
  ['a leading ] is a member of the set', '^[^]]+', 'a]', ['a']],
  ['[] is not empty', '[]a]+', 'x]a', [']a']],
  ['a trailing - is a member of the set', '[a-]+', 'b-a', ['-a']],
  ['&& in a set is two characters', '[a&&b]+', 'a&b', ['a&b']],
  ['{,n} counts from zero', '^a{,2}', 'aaa', ['aa']],
  ['{,} is *', '^a{,}', 'aaa', ['aaa']],
  ['a brace that counts nothing is a brace', '^a{x}$', 'a{x}', ['a{x}']],
  ['{} is two characters', 'a{}', 'a{}', ['a{}']],
  ['\\w takes letters of every script', '^\\w+$', 'нечто', ['нечто']],
  ['\\w takes ª but no ¡', '^\\w', 'ª', ['ª']],
  ['\\d takes digits of every script', '^\\d$', '٣', ['٣']],
  ['\\d under (?a) does not', '(?a)^\\d$', '٣', null],
  ['\\s takes the file separator', '^\\s$', '\x1c', ['\x1c']],
  ['\\s does not take a byte order mark', '^\\s$', '\ufeff', null],
  ['\\b knows letters beyond ASCII', 'caf\\b', 'café', null],
  ['\\B does not match in an empty text', '\\B', '', null],
  ['\\b in a set is a backspace', '[\\b]', '\b', ['\b']],
  ['an unset group cannot be repeated', '^(a)?\\1b', 'b', null],
  ['three octal digits are a character', '\\141', 'a', ['a']],
  ['\\08 is a NUL and an 8', '\\08', '\x008', ['\x008']],
  ['a conditional takes its first branch when the group took part', '^(a)?b(?(1)c|d)$', 'abc', ['abc', 'a']],
  ['and the second when it did not', '^(a)?b(?(1)c|d)$', 'bd', ['bd', undefined]],
  ['a conditional tries the group before it does without', '^(a)?(?(1)b|ac)', 'ac', ['ac', undefined]],
  ['a conditional without a second branch', '^(a)?(?(1)b)c', 'c', ['c', undefined]],
  ['a named conditional', '^(?P<q>")?x(?(q)")$', '"x"', ['"x"', '"']],
  ['a conditional inside of a group asked about later', '^((a)|(?(2)x|b))c(?(2)d|e)', 'bce', ['bce', 'b', undefined]],
  ['a conditional in a loop', '^(?:(a)|b(?(1)c|d))+$', 'bdabc', ['bdabc', 'a']],
  ['a conditional on a group set in a look-ahead', '^(?=(a)?)\\w(?(1)b|c)', 'xc', ['xc', undefined]],
  [
    'a group keeps its text over the rounds of a loop',
    '^(?:u=(\\w+)|p=\\w+|,)+$',
    'p=1,u=me,p=2',
    ['p=1,u=me,p=2', 'me'],
  ],
  ['an empty round ends a loop', '^(?:|a)+', 'aa', ['']],
  ['an empty round leaves its groups', '^(a*)*', 'b', ['', '']],
  ['an optional group can be empty', '^(a?)?b', 'b', ['b', '']],
  ['flags can end with their group', '^(?i:A)b$', 'ab', ['ab']],
  ['a flag does not reach beyond its group', '^(?i:A)b$', 'aB', null],
  ['a flag can be turned off', '(?i)^a(?-i:b)$', 'Ab', ['Ab']],
  ['(?s) lets . take a newline', '(?s)a.b', 'a\nb', ['a\nb']],
  ['the Kelvin sign is a k', '(?i)^k$', '\u212a', ['\u212a']],
  ['the long s is an s', '(?i)^[r-t]$', 'ſ', ['ſ']],
  ['dotted and dotless i are an i', '(?i)^i+$', 'İı', ['İı']],
  ['all sigmas are one', '(?i)^Σ+$', 'σςΣ', ['σςΣ']],
  ['a back-reference that ignores case', '(?i)^(.)\\1$', 'aA', ['aA', 'a']],
  ['to which a long s is no s', '(?i)^(.)\\1$', 'sſ', null],
  ['an atomic group does not give back', '^(?>a+)ab', 'aaab', null],
  ['a possessive quantifier does not give back', '^a++ab', 'aaab', null],
  ['each round of a possessive repetition is atomic', '^(?:a|ab){2}+', 'aba', null],
  ['a look-behind reads forwards', '(?<=(a|.)b)c', 'abc', ['c', 'a']],
  ['comments are nothing', '^a(?#b)c$', 'ac', ['ac']],
  ['verbose mode skips white space and comments', '(?x)^ a \\  b # c\n$', 'a b', ['a b']],
  ['but not in a set', '(?x)[a b]+', 'b a', ['b a']],
];

describe('V8 answers as Python does', () => {
  for (const [why, pattern, text, found] of traps) {
    test(why, () => assert.deepEqual(search(pattern, text), found));
  }
});

const refusals: readonly (readonly [pattern: string, index: number, message: RegExp])[] = [
  ['a(b', 1, /never closed/],
  ['a)b', 1, /closes nothing/],
  ['[a', 0, /never closed/],
  ['*a', 0, /nothing to repeat/],
  ['^*', 1, /nothing to repeat/],
  ['a**', 2, /multiple repeat/],
  ['a{2}{3}', 4, /multiple repeat/],
  ['a{3,2}', 1, /lower limit/],
  ['a{99999}', 1, /repetitions/],
  ['\\', 0, /backslash/],
  ['a\\q', 1, /bad escape/],
  ['\\x1', 0, /incomplete escape/],
  ['\\U00110000', 0, /no such character/],
  ['\\400', 0, /octal/],
  ['\\N{DASH}', 0, /by name/],
  ['[b-a]', 1, /bad character range b-a/],
  ['[\\d-a]', 1, /bad character range/],
  ['\\1', 0, /no group 1/],
  ['(a\\1)', 2, /refer to itself/],
  ['(?P=x)', 0, /no group x/],
  ['(?P<1>a)', 4, /group name/],
  ['(?P<x>a)(?P<x>b)', 8, /given twice/],
  ['(?P>x)', 0, /unknown extension/],
  ['(?(2)a)', 3, /no group 2/],
  ['(a)(?(1)b|c|d)', 3, /two branches/],
  ['(?<=a+)b', 0, /fixed width/],
  ['(?<=(a)\\1)', 7, /inside of it/],
  ['a(?i)b', 1, /at its start/],
  ['(?L)a', 0, /bytes/],
  ['(?au)a', 0, /exclude/],
  ['(?i-i:a)', 0, /on and off/],
  ['(?-a:b)', 0, /turned off/],
  ['(?z)', 0, /unknown extension/],
];

describe('what Python refuses is refused with its place and the reason', () => {
  for (const [pattern, index, message] of refusals) {
    test(pattern, () => {
      const { value, problems } = translateRegex(pattern);
      assert.equal(value, undefined);
      assert.deepEqual(
        problems.map((problem) => problem.index),
        [index],
      );
      assert.match(problems[0]?.message ?? '', message);
    });
  }
});

test('groups are read by name and by number', () => {
  const match = translateRegex('(?P<user>\\w+)@(?P<host>\\w+)?').value?.exec('to me@\n');
  assert.deepEqual([match?.start, match?.end], [3, 6]);
  assert.deepEqual([match?.named('user'), match?.named('host'), match?.named('none')], ['me', undefined, undefined]);
  assert.deepEqual([match?.group(0), match?.group(1), match?.group(7)], ['me@', 'me', undefined]);
});

test('a group without a name is not captured unless it is asked for', () => {
  assert.equal(translateRegex('(a)').value?.exec('a')?.group(1), undefined);
  assert.equal(translateRegex('(a)', { unnamedGroups: true }).value?.exec('a')?.group(1), 'a');
});

describe('V8 runs what it can, in the form that suits it best', () => {
  const sources: readonly (readonly [why: string, pattern: string, source: string | undefined])[] = [
    ['a conditional becomes the ways there are', '(a)?b(?(1)c|d)', 'abc|bd'],
    ['a final $ takes the newline instead of looking at it', 'a$', 'a(\\n?)$'],
    ['a look-behind for what stands there anyway is dropped', 'a:(?<=:)', 'a:'],
    ['and kept when something else may stand there', '[a:](?<=:)', '[:a](?<=:)'],
    ['classes hold what Latin-1 has of them', '[\\d\\u0400]', '[0-9]'],
    ['a character beyond Latin-1 is in no narrow text', 'я', '[]'],
    ['groups that nobody reads are not captured', '(a|b)c(d)*', '(?:a|b)cd*'],
    ['inner counts are written out where copies would be too many', '(?:a{1,4}b){7}', '(?:a(?:a(?:aa?)?)?b){7}'],
    ['a group that survives the rounds is left to V8 and found once more', '(?:(?P<x>a)|b)*c', '(?:(a)|b)*c'],
    ['what V8 would answer otherwise is not given to it', '(?:|a)+', undefined],
  ];
  for (const [why, pattern, source] of sources) {
    test(why, () => assert.equal(translateRegex(pattern).value?.source, source));
  }
});
