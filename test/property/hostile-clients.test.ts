/**
 * Whatever a client of the guarded program sends, nobody but its own address is charged, and an honest client's failure
 * counts. The programs' messages and what their clients choose of them are in test/hostile, one file a filter.
 */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseAddress } from '../../src/core/address/address.js';
import { formatProblem } from '../../src/core/problem.js';
import type { Line } from '../../src/filter/filter.js';
import { type Filter, loadFilter } from '../../src/filter/load-filter.js';
import { createMatcher } from '../../src/filter/matching/matcher.js';
import { clientText, falseEnds, filling, paddingFor, peers, victims } from '../support/hostile/client-text.js';
import { type Client, connectionLines } from '../support/hostile/connection.js';
import { regexExamples } from '../support/hostile/regex-example.js';
import type { HostileTable, Message } from '../support/hostile/table.js';
import { repository } from '../support/repository.js';
import '../support/seed.js';

const folder = join(import.meta.dirname, '..', 'hostile');
const filters = join(repository, 'filters');
const runs = Math.min(Number(process.env['F2B_RUNS'] ?? 40), 200);

function load(name: string, options: Readonly<Record<string, string>>): Filter {
  const read = (path: string) => (existsSync(path) ? readFileSync(path, 'utf8') : undefined);
  const { value, problems } = loadFilter({ name, options }, { path: [filters], read });
  assert.ok(value, problems.map(formatProblem).join('\n'));
  return value;
}

/** Whom a connection's lines charge, or let in. */
function named(filter: Filter, lines: readonly Line[]): readonly string[] {
  const matcher = createMatcher(filter);
  return lines.flatMap((line) => {
    const verdict = matcher.match(line);
    if (verdict.outcome === 'gained') return verdict.address?.text ?? [];
    return verdict.outcome === 'failure' ? verdict.hits.map(({ id }) => id) : [];
  });
}

function hostileClient(table: HostileTable, message: Message): fc.Arbitrary<Client> {
  const names = Object.keys(table.fields).filter((name) => table.fields[name]?.of === undefined);
  const text = clientText(table);
  const texts = fc.record(Object.fromEntries(names.map((name) => [name, text])), { requiredKeys: [] });
  return fc.record(
    { peer: fc.constantFrom(...peers), texts, padding: paddingFor(table, message) },
    { requiredKeys: ['peer', 'texts'] },
  );
}

const tables = readdirSync(folder).filter((file) => file.endsWith('.js'));

for (const file of tables) {
  const name = file.replace(/\.js$/, '');
  const { table } = (await import(join(folder, file))) as { table: HostileTable };
  for (const options of table.options) {
    const filter = load(name, options);
    const mode = options['mode'] ?? '';

    test(`${name} ${JSON.stringify(options)}: nothing that a client sends charges anybody else`, () => {
      for (const message of table.messages)
        fc.assert(
          fc.property(hostileClient(table, message), (client) => {
            const lines = connectionLines(table, message, client);
            const others = named(filter, lines).filter((id) => id !== client.peer);
            assert.deepEqual(others, [], lines.map(({ text }) => text).join('\n'));
          }),
          { numRuns: runs },
        );
    });

    test(`${name} ${JSON.stringify(options)}: a message that a client ends itself charges nobody else`, () => {
      for (const message of table.messages)
        for (const client of falseEnds(table, message)) {
          const lines = connectionLines(table, message, client);
          const others = named(filter, lines).filter((id) => id !== client.peer);
          assert.deepEqual(others, [], lines.map(({ text }) => text).join('\n'));
        }
    });

    test(`${name} ${JSON.stringify(options)}: a client's text that a regex takes for a failure charges nobody else`, () => {
      const texts = victims.flatMap((victim) => filter.failregex.flatMap((rule) => regexExamples(rule, victim)));
      const distinct = [...new Set(texts)];
      for (const message of table.messages)
        for (const client of distinct.flatMap((text) => filling(table, message, text))) {
          const lines = connectionLines(table, message, client);
          const others = named(filter, lines).filter((id) => id !== client.peer);
          assert.deepEqual(others, [], lines.map(({ text }) => text).join('\n'));
        }
    });

    test(`${name} ${JSON.stringify(options)}: what an honest client fails at counts for it`, () => {
      for (const message of table.messages)
        for (const peer of peers) {
          const counted = named(filter, connectionLines(table, message, { peer, texts: {} }));
          const expected = message.counts?.includes(mode) ?? true;
          const what = message.logs.join(' / ');
          assert.deepEqual([...new Set(counted)], expected ? [parseAddress(peer)?.text] : [], what);
        }
    });
  }
}

test('every filter has its hostile clients', () => {
  const names = readdirSync(filters).map((file) => file.replace(/\.conf$/, ''));
  const without = names.filter((name) => !/common$/.test(name) && !tables.includes(`${name}.js`));
  assert.deepEqual(without, []);
});
