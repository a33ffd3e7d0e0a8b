/**
 * Many connections at once whose PIDs are used again: what is said of each is what would be said of it alone. So nobody
 * is charged for a line of another address.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Matcher, Verdict } from '../../src/filter/filter.js';
import { loadFilter } from '../../src/filter/load-filter.js';
import { createMatcher } from '../../src/filter/matching/matcher.js';
import { libraryOf } from '../support/filter-library.js';
import '../support/seed.js';

const runs = Number(process.env['F2B_RUNS'] ?? 500);

const definition = `[Definition]
prefregex = ^<F-MLFID>\\w+: </F-MLFID><F-CONTENT>.+</F-CONTENT>$
failregex = ^fail <F-USER>\\S+</F-USER>(?: from <HOST>)?$
  ^<F-NOFAIL>key</F-NOFAIL> <F-USER>\\S+</F-USER>(?: from <HOST>)?$
  ^<F-MLFGAINED>in</F-MLFGAINED> <F-USER>\\S+</F-USER>(?: from <HOST>)?$
  ^<F-MLFFORGET><F-NOFAIL>out</F-NOFAIL></F-MLFFORGET> <F-USER>\\S+</F-USER>(?: from <HOST>)?$
  ^<F-MLFFORGET><F-MLFGAINED>done</F-MLFGAINED></F-MLFFORGET> <F-USER>\\S+</F-USER>(?: from <HOST>)?$`;

const filter = loadFilter({ name: 'a', options: {} }, libraryOf({ '/etc/f/a.conf': definition })).value;
assert.ok(filter);
const newMatcher = (): Matcher => createMatcher(filter);

/** One line of a connection; `tells`: with its address. */
interface Step {
  readonly word: 'fail' | 'key' | 'in' | 'out' | 'done';
  readonly user: string;
  readonly tells: boolean;
}

interface Connection {
  readonly pid: number;
  readonly steps: readonly Step[];
}

function stepOf(...words: readonly Step['word'][]) {
  const user = fc.constantFrom('root', 'admin', 'alice');
  return fc.record<Step>({ word: fc.constantFrom(...words), user, tells: fc.boolean() });
}

/** What F-MLFFORGET marks is a connection's last line, if it comes at all. */
const steps = fc
  .tuple(fc.array(stepOf('fail', 'key', 'in'), { maxLength: 6 }), fc.array(stepOf('out', 'done'), { maxLength: 1 }))
  .map(([first, last]) => [...first, ...last]);
const connections = fc.array(fc.record<Connection>({ pid: fc.integer({ min: 0, max: 2 }), steps }), { maxLength: 12 });

interface Written {
  /** Number of the connection, which no other connection's address has. */
  readonly of: number;
  readonly pid: number;
  readonly text: string;
}

const families = [(n: number) => `192.0.2.${n}`, (n: number) => `2001:db8::${n}`, (n: number) => `host${n}.example`];

/** A connection's first line tells its address; only then can it be known from who had the PID before. */
function linesOf({ pid, steps }: Connection, of: number): readonly Written[] {
  const address = families[of % families.length]?.(of + 1) ?? '';
  return steps.map(({ word, user, tells }, index) => {
    const from = tells || index === 0 ? ` from ${address}` : '';
    return { of, pid, text: `s${pid}: ${word} ${user}${from}` };
  });
}

/** The lines of all connections: those of a PID one after another, PIDs as `turns` say. */
function interleaved(all: readonly Connection[], turns: readonly number[]): readonly Written[] {
  const waiting = [0, 1, 2].map((pid) => all.flatMap((one, of) => (one.pid === pid ? linesOf(one, of) : [])));
  const lines: Written[] = [];
  for (const turn of turns) lines.push(...(waiting[turn]?.splice(0, 1) ?? []));
  return [...lines, ...waiting.flat()];
}

function told(verdict: Verdict) {
  if (verdict.outcome !== 'failure') return { ...verdict };
  return {
    outcome: 'failure',
    hits: verdict.hits.map(({ id, at, evidence, fields }) => ({ id, at, evidence, fields })),
  };
}

function verdictsOf(lines: readonly Written[], isWanted: (line: Written) => boolean) {
  const matcher = newMatcher();
  return lines.map((line, at) =>
    isWanted(line) ? told(matcher.match({ text: line.text, at, cursor: `c${at}` })) : undefined,
  );
}

test('a connection is judged by its own lines, whoever had its PID before', () => {
  const turns = fc.array(fc.integer({ min: 0, max: 2 }), { maxLength: 60 });
  const property = fc.property(connections, turns, (all, order) => {
    const lines = interleaved(all, order);
    const together = verdictsOf(lines, () => true);
    const alone = all.map((_one, of) => verdictsOf(lines, (line) => line.of === of));
    assert.deepEqual(
      together,
      lines.map((line, at) => alone[line.of]?.[at]),
    );
  });
  fc.assert(property, { numRuns: runs });
});
