/** No text that a regex matches is without the words that the regex is said to require. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { WordTest } from '../../src/filter/matching/word-test.js';
import { allRequiredWords } from '../../src/filter/regex/required-words.js';
import { TooManySteps, translateRegex } from '../../src/filter/regex/translate.js';
import { regexes, texts } from './regex-arbitrary.js';
import '../support/seed.js';

const runs = Number(process.env['F2B_RUNS'] ?? 20_000);

test('whatever a regex matches has one of the words of each of its lists, and passes for it', (context) => {
  let proved = 0;
  fc.assert(
    fc.property(regexes, texts, (pattern, text) => {
      const { value } = translateRegex(pattern);
      const lists = value === undefined ? [] : allRequiredWords(value.root);
      if (value === undefined || lists.length === 0) return;
      try {
        if (!value.test(text)) return;
      } catch (error) {
        if (error instanceof TooManySteps) return;
        throw error;
      }
      for (const { sources } of lists) assert.match(text, new RegExp(sources.join('|')));
      assert.ok(new WordTest(value.root).mayMatch(text));
      proved += 1;
    }),
    { numRuns: runs },
  );
  context.diagnostic(`${proved} texts matched and had a word`);
  assert.ok(proved > runs / 100);
});
