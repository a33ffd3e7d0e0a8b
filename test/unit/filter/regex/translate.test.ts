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
  ['$ does not stand before an inner newline', 'a$', 'a\nb', null],
  ['\\Z stands at the very end only', 'a\\Z', 'a\n', null],
  ['. is everything but a newline', '^.$', '\r', ['\r']],
  ['. takes a line separator', '^.$', '\u2028', ['\u2028']],
  ['. takes a character beyond the BMP whole', '^.$', '😀', ['😀']],
  ['a leading ] is a member of the set', '^[^]]+', 'a]', ['a']],
  ['{,n} counts from zero', '^a{,2}', 'aaa', ['aa']],
  ['a brace that counts nothing is a brace', '^a{x}$', 'a{x}', ['a{x}']],
  ['\\w takes letters of every script', '^\\w+$', 'нечто', ['нечто']],
  ['\\d takes digits of every script', '^\\d$', '٣', ['٣']],
  ['\\s takes the file separator', '^\\s$', '\x1c', ['\x1c']],
  ['\\b knows letters beyond ASCII', 'caf\\b', 'café', null],
  ['an unset group cannot be repeated', '^(a)?\\1b', 'b', null],
  ['a conditional takes its first branch when the group took part', '^(a)?b(?(1)c|d)$', 'abc', ['abc', 'a']],
  ['and the second when it did not', '^(a)?b(?(1)c|d)$', 'bd', ['bd', undefined]],
  ['a conditional tries the group before it does without', '^(a)?(?(1)b|ac)', 'ac', ['ac', undefined]],
  ['a named conditional', '^(?P<q>")?x(?(q)")$', '"x"', ['"x"', '"']],
  ['flags can end with their group', '^(?i:A)b$', 'ab', ['ab']],
  ['a flag does not reach beyond its group', '^(?i:A)b$', 'aB', null],
  ['a flag can be turned off', '(?i)^a(?-i:b)$', 'Ab', ['Ab']],
  ['the Kelvin sign is a k', '(?i)^k$', '\u212a', ['\u212a']],
  ['the long s is an s', '(?i)^[r-t]$', 'ſ', ['ſ']],
  ['dotted and dotless i are an i', '(?i)^i+$', 'İı', ['İı']],
  ['an atomic group does not give back', '^(?>a+)ab', 'aaab', null],
  ['a possessive quantifier does not give back', '^a++ab', 'aaab', null],
  ['comments are nothing', '^a(?#b)c$', 'ac', ['ac']],
  ['verbose mode skips white space and comments', '(?x)^ a \\  b # c\n$', 'a b', ['a b']],
];

describe('V8 answers as Python does', () => {
  for (const [why, pattern, text, found] of traps) {
    test(why, () => assert.deepEqual(search(pattern, text), found));
  }
});
