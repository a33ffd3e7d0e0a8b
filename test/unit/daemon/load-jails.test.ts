/** What jails share of their filters, and what each has to itself. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { createConfiguration } from '../../../src/bin/agent/configuration.js';
import { formatProblem } from '../../../src/core/problem.js';
import { loadJails } from '../../../src/daemon/load-jails.js';
import type { Matcher } from '../../../src/filter/filter.js';
import type { Filter } from '../../../src/filter/load-filter.js';

const SESSIONS = `failregex = ^<F-MLFID>\\w+</F-MLFID> bad <ADDR>$
  ^<F-MLFID>\\w+</F-MLFID> <F-NOFAIL>from</F-NOFAIL> <ADDR>$
  ^<F-MLFID>\\w+</F-MLFID> failed$`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'f2b-jails-'));
  for (const name of ['units', 'filters']) mkdirSync(join(folder, name));
});
afterEach(() => rmSync(folder, { recursive: true }));

const filter = (name: string, text: string) =>
  writeFileSync(join(folder, `filters/${name}.conf`), `[Definition]\n${text}\n`);
const jail = (name: string, filterSpec: string, text = '') =>
  writeFileSync(join(folder, `units/${name}.service.conf`), `[Jail]\nFilter=${filterSpec}\n${text}`);

const configuration = () => createConfiguration({ configDirectory: folder, shippedDirectory: folder });

/** Loads all jails; `filters` are those that matchers were made of, in the order of the jails. */
async function load(sources = configuration()) {
  const { value: config } = await sources.loadConfig();
  assert.ok(config);
  const filters: Filter[] = [];
  const createMatcher: typeof sources.createMatcher = (loaded, ...given) => {
    filters.push(loaded);
    return sources.createMatcher(loaded, ...given);
  };
  const { value, problems } = await loadJails(config, { ...sources, createMatcher });
  const matchers = (value ?? []).map(({ matcher }) => matcher);
  return { matchers, filters, problems: problems.map(formatProblem) };
}

test('jails with the same filter and options have one filter, those with other options another', async () => {
  filter('one', 'mode = a\nfailregex = ^<mode> <HOST>$');
  jail('a', 'one');
  jail('b', 'one');
  jail('c', 'one[mode=b]');
  jail('d', 'one[mode="b"]');
  jail('e', 'one', '[Ban]\nUseDNS=no\n');
  const { filters, problems } = await load();
  assert.deepEqual(problems, []);
  assert.deepEqual(
    filters.map((loaded) => filters.indexOf(loaded)),
    [0, 0, 2, 2, 4],
  );
});

test('jails with the same filter have sessions of their own', async () => {
  filter('one', SESSIONS);
  jail('a', 'one');
  jail('b', 'one');
  const { matchers } = await load();
  const say = (matcher: Matcher | undefined, text: string) => matcher?.match({ text, at: 0, cursor: text }).outcome;
  assert.equal(say(matchers[0], 's1 from 192.0.2.1'), 'none');
  assert.equal(say(matchers[1], 's1 failed'), 'none');
  assert.equal(say(matchers[0], 's1 failed'), 'failure');
});

test('filters share the regexes they have in common', async () => {
  filter('one', 'failregex = ^common <HOST>$\n  ^<mode> <HOST>$');
  jail('a', 'one[mode=a]');
  jail('b', 'one[mode=b]');
  const [a, b] = (await load()).filters.map(({ failregex }) => failregex.map(({ regex }) => regex));
  assert.equal(a?.[0], b?.[0]);
  assert.notEqual(a?.[1], b?.[1]);
});

test('a reload compiles what changed and keeps the rest, and forgets what is gone', async () => {
  const sources = configuration();
  const regexes = async () =>
    (await load(sources)).filters.flatMap(({ failregex }) => failregex.map(({ regex }) => regex));
  jail('a', 'one');
  filter('one', 'failregex = ^kept <HOST>$\n  ^old <HOST>$');
  const before = await regexes();
  filter('one', 'failregex = ^kept <HOST>$\n  ^new <HOST>$');
  const after = await regexes();
  assert.equal(after[0], before[0]);
  assert.notEqual(after[1], before[1]);
  await regexes();
  filter('one', 'failregex = ^old <HOST>$');
  assert.notEqual((await regexes())[0], before[1]);
});

test('what is wrong with a filter is told once for all jails that have it', async () => {
  filter('one', 'failregex = ^(<HOST>');
  jail('a', 'one');
  jail('b', 'one');
  const { matchers, problems } = await load();
  assert.equal(matchers.length, 0);
  assert.equal(problems.length, 1);
  assert.match(problems[0] ?? '', /filters\/one\.conf:2: failregex/);
});

test('a filter that does not exist is told for each jail that names it', async () => {
  jail('a', 'one');
  jail('b', 'one');
  const { problems } = await load();
  assert.deepEqual(
    problems.map((problem) => problem.slice(folder.length + 1).split(': ')[0]),
    ['units/a.service.conf:2', 'units/b.service.conf:2'],
  );
});

/** How often other work has its turn meanwhile. */
async function turnsDuring(work: () => Promise<unknown>): Promise<number> {
  let turns = 0;
  let isDone = false;
  const take = () => {
    turns += 1;
    if (!isDone) setImmediate(take);
  };
  setImmediate(take);
  await work();
  isDone = true;
  return turns;
}

test('other work has its turn between two filters', async () => {
  const count = 20;
  for (let n = 0; n < count; n += 1) {
    filter(`f${n}`, 'failregex = ^<HOST>$');
    jail(`j${n}`, `f${n}`);
  }
  const turns = await turnsDuring(() => load());
  assert.ok(turns >= count, `${turns} turns`);
});

test('other work has its turn while the files of many jails are read', async () => {
  for (let n = 0; n < 500; n += 1) jail(`j${n}`, 'one');
  const { loadConfig } = configuration();
  const turns = await turnsDuring(loadConfig);
  assert.ok(turns >= 18, `${turns} turns`);
});
