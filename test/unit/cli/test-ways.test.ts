/** A line of the journal has one verdict, whichever way it comes in: through the agent, --journal, or a LINE. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { withoutTimestamp } from '../../../src/cli/test-filter/journal-line.js';
import type { Verdict } from '../../../src/filter/filter.js';
import { loadFilter } from '../../../src/filter/load-filter.js';
import { createMatcher } from '../../../src/filter/matching/matcher.js';
import { NOON } from '../../fakes/values.js';
import { readSamples } from '../../support/read-samples.js';
import { repository } from '../../support/repository.js';
import { aWorld, run } from './run.js';

const filters = join(repository, 'filters');
const samples = join(repository, 'test', 'samples');

/** As many kinds of entries as there are samples, those of log files included: a service may print such lines too. */
const entries = readdirSync(samples).flatMap((name) =>
  readSamples(readFileSync(join(samples, name), 'utf8')).map(({ options, lines }) => {
    const { logtype, ...others } = options;
    const prefix = logtype === 'journal' ? '' : 'host app[7]: ';
    return { name, options: others, lines: lines.map(({ text }) => prefix + text) };
  }),
);

function spec(name: string, options: Readonly<Record<string, string>>): string {
  return `${name}[${Object.entries(options)
    .map(([key, value]) => `${key}="${value}"`)
    .join(', ')}]`;
}

function ofAgent(name: string, options: Readonly<Record<string, string>>, lines: readonly string[]): readonly string[] {
  const read = (path: string) => (existsSync(path) ? readFileSync(path, 'utf8') : undefined);
  const { value } = loadFilter({ name, options }, { path: [filters], read });
  assert.ok(value);
  const matcher = createMatcher(value);
  return lines.map((text, at) => brief(matcher.match({ text, at: NOON, cursor: String(at) })));
}

function brief(verdict: Verdict): string {
  return verdict.outcome === 'failure' ? verdict.hits.map(({ id }) => id).join() : verdict.outcome;
}

function briefJson(line: string): string {
  const { outcome, failures = [] } = JSON.parse(line) as { outcome: string; failures?: { id: string }[] };
  return outcome === 'failure' ? failures.map(({ id }) => id).join() : outcome;
}

function rows(output: string): readonly string[] {
  return output.split('\n').flatMap((row) => (row === '' ? [] : [briefJson(row)]));
}

for (const { name, options, lines } of entries) {
  test(`${spec(name, options)}: ${lines.length} entries have one verdict in the agent and in both forms of test`, async () => {
    const agent = ofAgent(name, options, lines).map((verdict) => (verdict === 'gained' ? 'none' : verdict));
    const args = ['test', spec(name, options), '--filter-path', filters, '-o', 'json'];
    const asLines = await run(aWorld(), [...args, '--', ...lines]);
    assert.deepEqual([rows(asLines.output), asLines.errors], [agent, '']);
    const dated = lines.map((line) => `Nov 28 20:00:00 ${line}`);
    assert.deepEqual(rows((await run(aWorld(), [...args, '--', ...dated])).output), agent);
    const world = aWorld();
    lines.forEach((line, at) => {
      world.journal.append({ line, at: NOON + at, receivedAt: NOON + at, fields: { _SYSTEMD_UNIT: 'x.service' } });
    });
    const fromJournal = await run(world, [...args, '--journal', '--unit', 'x']);
    assert.deepEqual(rows(fromJournal.output), agent);
  });
}

const rest = 'host sshd[7]: 2026-11-28 20:00:00 m';
for (const stamp of [
  'Nov 28 20:00:00',
  'Nov  8 20:00:00.123456',
  '2026-11-28T20:00:00+0000',
  '2026-11-28T20:00:00.123456+01:00',
  'Sat 2026-11-28 20:00:00 UTC',
  '[   12.345678]',
  '1795896000.123456',
]) {
  test(`${stamp} is taken off the beginning, and nothing of the message`, () => {
    assert.equal(withoutTimestamp(`${stamp} ${rest}`), rest);
  });
}

for (const line of [
  rest,
  '2026-11-28 20:00:00 login of x failed',
  '2026/11/28 20:00:00 [error] 7#7: x',
  'Nov 28 20:00:00',
])
  test(`${line}: nothing is taken off what journalctl did not print`, () => {
    assert.equal(withoutTimestamp(line), line);
  });
