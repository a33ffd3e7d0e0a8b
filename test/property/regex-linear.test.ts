/**
 * V8's engine that does not backtrack gives the same answers. It is made to run everything it can here; flags are
 * the process's, so this file has its own.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import fc from 'fast-check';
import { MachineRegex } from '../../src/filter/regex/machine-regex.js';
import { parseRegex } from '../../src/filter/regex/parse/parse.js';
import { isWide, type RegexMatch, TooManySteps, translateRegex } from '../../src/filter/regex/translate.js';
import { regexes, texts } from './regex-arbitrary.js';
import '../support/seed.js';

setFlagsFromString('--enable-experimental-regexp-engine');
setFlagsFromString('--default-to-experimental-regexp-engine');

const runs = Number(process.env['F2B_RUNS'] ?? 500);

function shown(match: RegexMatch | undefined, groups: readonly string[]): unknown {
  return match && { start: match.start, end: match.end, groups: groups.map((_, number) => match.group(number)) };
}

function judge(machine: MachineRegex, text: string): RegexMatch | undefined | 'too many steps' {
  try {
    return machine.exec(text);
  } catch (error) {
    if (error instanceof TooManySteps) return 'too many steps';
    throw error;
  }
}

test('the linear engine takes what is said to be linear, and finds the same', (context) => {
  let proved = 0;
  fc.assert(
    fc.property(regexes, texts, (pattern, text) => {
      const { value } = translateRegex(pattern, { unnamedGroups: true });
      const { value: parsed } = parseRegex(pattern);
      if (value?.source === undefined || !value.linear || parsed === undefined || isWide(text)) return;
      assert.doesNotThrow(() => new RegExp(value.source ?? '', 'l'), 'flag l demands the linear engine');
      const expected = judge(new MachineRegex(parsed), text);
      if (expected === 'too many steps') return;
      assert.deepEqual(shown(value.exec(text), value.groups), shown(expected, value.groups));
      proved += 1;
    }),
    { numRuns: runs },
  );
  context.diagnostic(`${proved} regexes were linear`);
  assert.ok(proved > runs / 10);
});
