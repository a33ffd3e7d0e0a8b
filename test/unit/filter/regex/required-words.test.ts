/** Words that a text must have to be matched: of a Python regex, as the source of a JavaScript one for each. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseRegex } from '../../../../src/filter/regex/parse/parse.js';
import { allRequiredWords, requiredWords } from '../../../../src/filter/regex/required-words.js';

for (const [why, pattern, words] of [
  ['single characters make a word', '^Failed password$', ['Failed password']],
  ['the longest word', '\\S+ for .* from \\d+', [' from ']],
  ['what takes no character parts no word', 'not\\b(?= there) there', ['not there']],
  ['a group is read through', 'no (user (x))y', ['no user xy']],
  ['each branch has its own word', 'a(?:bcd|efgh)\\d', ['bcd', 'efgh']],
  ['one word rather than two of its length', '(?:bcd|efg)\\dhij', ['hij']],
  ['a branch without a word leaves none', '(?:bcd|\\w+)', undefined],
  ['a branch that is empty leaves none', '(?:bcd|)', undefined],
  ['what may be missing is no word', '(?:abc)?d', ['d']],
  ['what is repeated is there once', '(?:abc)+\\d', ['abc']],
  ['a word ends where something is repeated', 'ab+c', ['a']],
  ['what must not follow is no word', '\\d(?!abc)', undefined],
  ['what was captured before is no word', '(\\w)\\1', undefined],
  ['what depends on a group is no word', '(a)?(?(1)bcd|efg)', undefined],
  ['letters of either case', '(?i)ok', ['[Oo][Kk\\u212a]']],
  ['a newline ends a word', 'ab\\ncde', ['cde']],
  ['characters that mean something are escaped', '\\[x\\]\\.', ['\\[x\\]\\.']],
  ['the beginning of a long word', 'a'.repeat(40), ['a'.repeat(32)]],
  ['more words than are worth it', `(?:${Array.from({ length: 65 }, (_, n) => `x${n}y`).join('|')})`, undefined],
] as const) {
  test(`the words of a regex: ${why}`, () => {
    const { value } = parseRegex(pattern);
    assert.ok(value);
    assert.deepEqual(requiredWords(value.root)?.sources, words);
  });
}

test('all words of a regex: each part that has to be there has its own list', () => {
  const { value } = parseRegex('^user (\\w+)(?: twice)? from (?:here|there)(?:, port (\\d+))+$');
  assert.ok(value);
  const lists = allRequiredWords(value.root).map(({ sources }) => sources);
  assert.deepEqual(lists, [['user '], [' from '], ['here', 'there'], [', port ']]);
});
