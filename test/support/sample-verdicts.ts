/** Our own filters on our own samples: what of their verdicts is not what the annotations ask for. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAddress } from '../../src/core/address/address.js';
import { formatProblem } from '../../src/core/problem.js';
import { createDatedLines } from '../../src/filter/dated-lines.js';
import { posixZone } from '../../src/filter/dates/posix-zone.js';
import type { Line, Verdict } from '../../src/filter/filter.js';
import { type Filter, loadFilter } from '../../src/filter/load-filter.js';
import { createMatcher } from '../../src/filter/matching/matcher.js';
import type { Rule } from '../../src/filter/rule.js';
import { type Expected, readSamples, type SampleRun } from './read-samples.js';
import { repository } from './repository.js';

export const filtersFolder = join(repository, 'filters');
export const samplesFolder = join(repository, 'test', 'samples');
const zone = posixZone('CET-01CEST-02,M3.5.0,M10.5.0') ?? { offsetAt: () => 0 };
/** 2005-08-14 12:00:00 CEST */
const now = 1_124_013_600;

/** The filter that we ship by that name. */
export function loadShipped(name: string, options: SampleRun['options']): Filter {
  const read = (path: string) => (existsSync(path) ? readFileSync(path, 'utf8') : undefined);
  const { value, problems } = loadFilter(
    { name, options },
    { path: [filtersFolder], read, defaults: { logtype: 'file' } },
  );
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

/** A line for each sample of the run whose verdict is another; `hits` gets the rules that matched. */
export function differences(
  name: string,
  { options, lines }: SampleRun,
  filter: Filter,
  hits: Set<Rule> = new Set(),
): readonly string[] {
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

/** The samples of a filter, for each set of its options. */
export function samplesOf(name: string): readonly SampleRun[] {
  return readSamples(readFileSync(join(samplesFolder, name), 'utf8'));
}
