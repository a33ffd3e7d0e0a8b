/** Proves that this V8 has the engine and changes over to it. Flags are the process's, so this file has its own. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { enableLinearFallback, hasLinearFallback } from '../../../src/budget/linear-fallback.js';
import { createTimeLimit } from '../../../src/budget/time-limit.js';
import { translateRegex } from '../../../src/filter/regex/translate.js';

test('a regex that backtracks too much is judged by the engine that does not', () => {
  enableLinearFallback();
  const { value } = translateRegex('^(?:a|a)*(?P<last>b)');
  assert.equal(value?.linear, true);
  const answers: (string | undefined)[] = [];
  const finished = createTimeLimit()(() => {
    for (const text of [`${'a'.repeat(1_000)}c\n`, `${'a'.repeat(1_000)}b\n`])
      answers.push(value?.exec(text)?.named('last'));
  }, 60_000);
  assert.ok(finished);
  assert.equal(hasLinearFallback(createTimeLimit()), true);
  assert.deepEqual(answers, [undefined, 'b']);
});
