/**
 * Whatever fills a long line, judging it is work in proportion to its length. V8 sees to that where a regex is linear;
 * the others are run on the machine, which counts its steps.
 */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { formatProblem } from '../../src/core/problem.js';
import { loadFilter } from '../../src/filter/load-filter.js';
import type { Rule } from '../../src/filter/rule.js';
import { fill } from '../support/hostile/connection.js';
import type { HostileTable, Message } from '../support/hostile/table.js';
import { repository } from '../support/repository.js';

const folder = join(import.meta.dirname, '..', 'hostile');
const filters = join(repository, 'filters');

/** Characters of a client's text. */
const LENGTH = 2_000;
/** Of the machine, for each of them. To read a text anew from each of its words needs more. */
const STEPS = 250;

const pieces = ['x', ' ', '"', '/', '?', ' [', '/a', 'a=b ', 'a: ', '9.9.9.9 ', 'Emaila'];

function rulesOf(name: string, options: Readonly<Record<string, string>>): readonly Rule[] {
  const read = (path: string) => (existsSync(path) ? readFileSync(path, 'utf8') : undefined);
  const { value, problems } = loadFilter({ name, options }, { path: [filters], read });
  assert.ok(value, problems.map(formatProblem).join('\n'));
  return [value.prefregex ?? [], value.failregex, value.ignoreregex].flat().filter(({ regex }) => !regex.linear);
}

/** The lines of a message, each with one of its fields full of one piece. */
function longLines(table: HostileTable, { logs }: Message): readonly string[] {
  const honest = Object.fromEntries(Object.entries(table.fields).map(([name, field]) => [name, field.honest]));
  return logs.flatMap((log) => {
    const names = new Set([...log.matchAll(/\{(?!peer\})(\w+)\}/g)].map(([, name = '']) => name));
    return [...names].flatMap((name) =>
      pieces.map((piece) => {
        const { of = name, max = LENGTH } = table.fields[name] ?? {};
        const text = piece.repeat(LENGTH).slice(0, Math.min(max, LENGTH));
        return `${table.line}${fill(table, log, '198.51.100.66', { ...honest, [of]: text })}\n`;
      }),
    );
  });
}

/** How many regexes were judged. */
let judged = 0;

for (const file of readdirSync(folder).filter((one) => one.endsWith('.js'))) {
  const name = file.replace(/\.js$/, '');
  const { table } = (await import(join(folder, file))) as { table: HostileTable };
  const rules = new Map(table.options.flatMap((options) => rulesOf(name, options).map((rule) => [rule.written, rule])));
  if (rules.size === 0) continue;
  judged += rules.size;

  test(`${name}: a long text of a client is judged in steps that grow with its length alone`, () => {
    const lines = new Set(table.messages.flatMap((message) => longLines(table, message)));
    for (const line of lines)
      for (const { regex, written } of rules.values())
        assert.doesNotThrow(() => regex.bounded(STEPS * line.length).exec(line), `${written}\n${line.slice(0, 300)}`);
  });
}

test('of what V8 cannot run in linear time there is much, and it was judged', () => {
  assert.ok(judged >= 100, `${judged}`);
});
