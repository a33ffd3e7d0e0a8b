/**
 * The translator against Python's own `re`: over random regexes and texts there is no difference in match, span or
 * group, and what Python refuses is refused. F2B_RUNS raises the number of pairs.
 */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { groupsIn, some } from '../../src/filter/regex/facts.js';
import { runProgram } from '../../src/filter/regex/machine.js';
import { MachineMatch } from '../../src/filter/regex/machine-regex.js';
import { parseRegex } from '../../src/filter/regex/parse/parse.js';
import { compile } from '../../src/filter/regex/program.js';
import { type RegexMatch, TooManySteps, translateRegex } from '../../src/filter/regex/translate.js';
import { regexes, texts } from './regex-arbitrary.js';
import { type Answer, startPython } from './regex-python.js';
import '../support/seed.js';

const runs = Number(process.env['F2B_RUNS'] ?? 500);
const python = startPython();
after(() => python?.stop());

/** A match in Python's terms. */
function answer(text: string, groups: readonly string[], match: RegexMatch | undefined): Answer {
  if (match === undefined) return { kind: 'none' };
  const codePoints = (position: number) => Array.from(text.slice(0, position)).length;
  return {
    kind: 'match',
    span: [codePoints(match.start), codePoints(match.end)],
    groups: groups.map((_, number) => match.group(number) ?? null),
    names: Object.fromEntries(groups.flatMap((name, number) => (name === '' ? [] : [[name, number]]))),
  };
}

/** What the translation answers; undefined when there is none. */
function search(pattern: string, text: string, unnamedGroups: boolean): Answer | undefined {
  const { value } = translateRegex(pattern, { unnamedGroups });
  return value === undefined ? undefined : answer(text, value.groups, value.exec(text));
}

/** What our own machine answers, also for regexes that V8 can run. */
function searchByMachine(pattern: string, text: string): Answer | undefined {
  const { value } = parseRegex(pattern);
  if (value === undefined) return undefined;
  const registers = runProgram(compile(value.root, value.groups.length), text);
  return answer(text, value.groups, registers && new MachineMatch(text, registers, value.groups));
}

/**
 * Python's engine leaves in a group what an alternative held that failed, when this happens in a later round of a
 * possessive repetition: `(()a|(|))++` on an empty text sets group 2. That is its bug; ours forgets it.
 */
function hasPossessiveGroups(pattern: string): boolean {
  const { value } = parseRegex(pattern);
  return (
    value !== undefined &&
    some(value.root, (node) => node.kind === 'repeat' && node.mode === 'possessive' && groupsIn(node.body).length > 0)
  );
}

function withoutGroups(answer: Answer | undefined): Answer | undefined {
  return answer?.kind === 'match' ? { ...answer, groups: [] } : answer;
}

function onlyNamed(answer: Answer | undefined): Answer | undefined {
  if (answer?.kind !== 'match') return answer;
  const kept = [0, ...Object.values(answer.names)];
  return { ...answer, groups: answer.groups.map((text, number) => (kept.includes(number) ? text : null)) };
}

/** undefined when the regex needs too many steps, as a few that backtrack without end do. */
function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof TooManySteps) return undefined;
    throw error;
  }
}

/** A back-reference or a condition on a group. */
const readsGroups = /\\[1-9]|\(\?P=|\(\?\(/;

test('random regexes find in random texts what Python finds', async (context) => {
  if (python === undefined) return context.skip('python3 3.11 or later is not installed');
  const seen = { match: 0, none: 0, error: 0, gaveUp: 0, tooManySteps: 0 };
  await fc.assert(
    fc.asyncProperty(regexes, texts, async (pattern, text) => {
      const expected = await python.search(pattern, text);
      seen[expected.kind] += 1;
      if (expected.kind === 'gaveUp') return;
      // What such a group holds is Python's bug, see hasPossessiveGroups, and here the match rests on it.
      if (hasPossessiveGroups(pattern) && readsGroups.test(pattern)) return;
      if (expected.kind === 'error') {
        assert.equal(translateRegex(pattern).value, undefined, `Python refuses it: ${expected.message}`);
        return;
      }
      const found = attempt(() => ({
        all: search(pattern, text, true),
        named: search(pattern, text, false),
        byMachine: searchByMachine(pattern, text),
      }));
      if (found === undefined) {
        seen.tooManySteps += 1;
        return;
      }
      const compared = hasPossessiveGroups(pattern) ? withoutGroups : (whole: Answer | undefined) => whole;
      assert.deepEqual(compared(found.all), compared(expected));
      assert.deepEqual(compared(onlyNamed(found.named)), compared(onlyNamed(expected)));
      assert.deepEqual(compared(found.byMachine), compared(expected));
    }),
    { numRuns: runs },
  );
  context.diagnostic(JSON.stringify(seen));
  assert.ok(seen.match > runs / 20, 'too few of the pairs match to prove anything');
  assert.ok(seen.tooManySteps <= 1 + runs / 1_000, 'too many are given up');
});
