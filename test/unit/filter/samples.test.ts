/** Our own filters on our own samples: every line has the verdict its annotation asks for, every regex has a sample. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseAddress } from '../../../src/core/address/address.js';
import { formatProblem } from '../../../src/core/problem.js';
import { createDatedLines } from '../../../src/filter/dated-lines.js';
import { posixZone } from '../../../src/filter/dates/posix-zone.js';
import type { Line, Verdict } from '../../../src/filter/filter.js';
import { type Filter, loadFilter } from '../../../src/filter/load-filter.js';
import { createMatcher } from '../../../src/filter/matching/matcher.js';
import type { Rule } from '../../../src/filter/rule.js';
import { type Expected, readSamples, type SampleRun } from '../../support/read-samples.js';
import { repository } from '../../support/repository.js';

const filters = join(repository, 'filters');
const samples = join(repository, 'test', 'samples');
const zone = posixZone('CET-01CEST-02,M3.5.0,M10.5.0') ?? { offsetAt: () => 0 };
/** 2005-08-14 12:00:00 CEST */
const now = 1_124_013_600;

function load(name: string, options: SampleRun['options']): Filter {
  const read = (path: string) => (existsSync(path) ? readFileSync(path, 'utf8') : undefined);
  const { value, problems } = loadFilter({ name, options }, { path: [filters], read, defaults: { logtype: 'file' } });
  assert.ok(value, problems.map(formatProblem).join('\n'));
  return value;
}

/** How the verdict differs from what is expected; undefined when it does not. */
function difference(verdict: Verdict, expected: Expected): string | undefined {
  const [hit] = verdict.outcome === 'failure' ? verdict.hits : [];
  if (hit === undefined) return expected.match ? `expected a failure, got ${verdict.outcome}` : undefined;
  if (!expected.match) return `expected none, got a failure of ${hit.id}`;
  const local = new Date((hit.at / 1e6 + zone.offsetAt(hit.at / 1e6)) * 1000).toISOString().slice(0, 19);
  const got: Expected = { host: hit.id, time: local, attempts: hit.evidence.length, ...hit.fields };
  const wanted = { ...expected, ...(expected.host && { host: parseAddress(expected.host)?.text ?? expected.host }) };
  const keys = (['host', 'time', 'attempts', 'user', 'users'] as const).filter((key) => wanted[key] !== undefined);
  const wrong = keys.filter((key) => JSON.stringify(got[key]) !== JSON.stringify(wanted[key]));
  return wrong.length === 0 ? undefined : wrong.map((key) => `${key} is ${got[key]}, not ${wanted[key]}`).join(', ');
}

function differences(name: string, { options, lines }: SampleRun, filter: Filter, hits: Set<Rule>): readonly string[] {
  const matcher = createMatcher(filter, { observer: (rule) => hits.add(rule) });
  const dates = createDatedLines(filter, { now, zone });
  assert.deepEqual(dates.problems, []);
  return lines.flatMap(({ number, text, expected }) => {
    const cursor = String(number);
    const line: Line =
      options['logtype'] === 'journal' ? { text, at: now * 1e6, cursor } : dates.value.read(text, cursor);
    const wrong = difference(matcher.match(line), expected);
    return wrong === undefined ? [] : [`${name}:${number}: ${wrong}: ${text}`];
  });
}

/** A regex is the same for every logtype, though its text is not; and the same in two modes when its text is. */
function idleRules(filters: readonly Filter[], runs: readonly SampleRun[], hits: ReadonlySet<Rule>): readonly string[] {
  const placed = filters.flatMap((filter, run) => {
    const { logtype: _, ...others } = runs[run]?.options ?? {};
    const rules = [...filter.failregex, ...filter.ignoreregex];
    return rules.map((rule, index) => ({ rule, place: `${JSON.stringify(others)} ${index}` }));
  });
  const hit = placed.filter(({ rule }) => hits.has(rule));
  const known = new Set(hit.flatMap(({ rule, place }) => [rule.written, place]));
  const idle = placed.filter(({ rule, place }) => !known.has(rule.written) && !known.has(place));
  return [...new Set(idle.map(({ rule }) => rule.written))];
}

for (const name of readdirSync(samples)) {
  const runs = readSamples(readFileSync(join(samples, name), 'utf8'));
  const loaded = runs.map(({ options }) => load(name, options));
  const hits = new Set<Rule>();
  runs.forEach((run, index) => {
    const filter = loaded[index];
    test(`${name} ${JSON.stringify(run.options)}: every sample has its verdict`, () => {
      assert.ok(filter);
      assert.deepEqual(differences(name, run, filter, hits), []);
    });
  });
  test(`${name}: every regex has a sample`, () => assert.deepEqual(idleRules(loaded, runs, hits), []));
}

test('every filter has samples', () => {
  const names = readdirSync(filters).map((file) => file.replace(/\.conf$/, ''));
  const without = names.filter((name) => !name.endsWith('common') && !existsSync(join(samples, name)));
  assert.deepEqual(without, []);
});
