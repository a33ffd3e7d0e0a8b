/** Our own filters on our own samples: every line has the verdict its annotation asks for, every regex has a sample. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Filter } from '../../../src/filter/load-filter.js';
import type { Rule } from '../../../src/filter/rule.js';
import type { SampleRun } from '../../support/read-samples.js';
import { differences, filtersFolder, loadShipped, samplesFolder, samplesOf } from '../../support/sample-verdicts.js';

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

for (const name of readdirSync(samplesFolder)) {
  const runs = samplesOf(name);
  const loaded = runs.map(({ options }) => loadShipped(name, options));
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
  const names = readdirSync(filtersFolder).map((file) => file.replace(/\.conf$/, ''));
  const without = names.filter((name) => !name.endsWith('common') && !existsSync(join(samplesFolder, name)));
  assert.deepEqual(without, []);
});
