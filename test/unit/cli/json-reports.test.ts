/** What f2bctl's reports and short answers tell programs is what f2bctl(1) describes: nothing unknown, nothing missing. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { FOREVER, MICROS_PER_SECOND } from '../../../src/core/time.js';
import { aFleetBan } from '../../fakes/fleet.js';
import { aBan, anAddress, NOON } from '../../fakes/values.js';
import { requireShape, type Schema, schemasOf, typeOf } from '../../support/manual-schema.js';
import { aWorld, run, type World } from './run.js';
import { throughout } from './top-lab.js';

const [
  ofReport = new Map(),
  ofSimulation = new Map(),
  ofTop = new Map(),
  ofAllowance = new Map(),
  ofAnswers = new Map(),
  ofFleetBan = new Map(),
] = schemasOf('REPORTS AND ANSWERS AS JSON');

async function ask(world: World, argv: string): Promise<unknown> {
  const answer = run(world, [...argv.split(' '), '--json']);
  if (argv.startsWith('top')) await throughout(world, answer);
  const { status, output, errors } = await answer;
  assert.equal(status, 0, `${argv}: ${errors}`);
  return JSON.parse(output);
}

/** As little as there can be to tell, and as much. */
function worlds(): readonly World[] {
  const full = aWorld();
  full.geoip = { locate: () => ({ country: 'NO', owner: 'AS64496 Example Net' }), problems: [] };
  const about = {
    F2B_JAIL: 'ssh.service',
    F2B_ADDRESS: '192.0.2.1',
    F2B_USER: 'root',
    MESSAGE: 'told',
    _HOSTNAME: 'h',
  };
  for (const kind of ['failure', 'ban', 'unban'])
    full.journal.append({ receivedAt: NOON, line: 'h f2bd[1]: told', fields: { ...about, F2B_EVENT: kind } });
  full.agent.held.push({ ban: aBan({ jail: 'manual' }), state: 'enforced' });
  const bans = [{ address: anAddress('192.0.2.1'), since: NOON, until: FOREVER, count: 1, failures: 5 }];
  const times = { first: NOON, last: NOON + MICROS_PER_SECOND };
  full.simulation = ({ jail }) => ({ jail, entries: 9, ...times, failures: 5, spared: 1, bans });
  const [claim] = aFleetBan.claims;
  assert.ok(claim);
  full.fleet.known.push({ ...aFleetBan, claims: [claim, { ...claim, until: FOREVER, reason: '5 failures' }] });
  return [aWorld(), full];
}

/** What is printed, its table, and where in it the objects are. */
const printed: readonly (readonly [argv: string, schema: Schema, objects: (value: unknown) => readonly object[]])[] = [
  ['report', ofReport, (value) => [Object(value)]],
  ['report --jail ssh', ofReport, (value) => [Object(value)]],
  ['simulate ssh', ofSimulation, (value) => Object.values(Object(value))],
  ['simulate ssh -p MaxRetry=3', ofSimulation, (value) => [Object(value).current, Object(value).changed]],
  ['top', ofTop, (value) => [Object(value)]],
  ['allowed', ofAllowance, (value) => [value].flat().map(Object)],
  ['allow 192.0.2.9', ofAllowance, (value) => Object(value).allowed],
  ['disallow 192.0.2.9', ofAllowance, (value) => [value].flat().map(Object)],
  ['fleet bans', ofFleetBan, (value) => [value].flat().map(Object)],
  ['fleet why 203.0.113.1', ofFleetBan, (value) => [value].flat().map(Object)],
];

test('reports, simulations, top, allowances and bans of the fleet have the members that the manual describes', async () => {
  const seen = new Map<Schema, Set<string>>();
  for (const world of worlds()) {
    for (const [argv, schema, objects] of printed) {
      await run(world, ['allow', '192.0.2.9', '--for', '1h', '--reason', 'the office']);
      const names = seen.get(schema) ?? new Set();
      for (const one of objects(await ask(world, argv)))
        for (const name of requireShape(one, schema, argv, { week: undefined })) names.add(name);
      seen.set(schema, names);
    }
  }
  for (const [schema, names] of seen)
    assert.deepEqual([...schema.keys()].sort(), [...names].sort(), 'the manual makes up nothing');
});

test('what simulate, allow and report print around these is named, too', async () => {
  const [, full] = worlds();
  assert.ok(full);
  assert.deepEqual(Object.keys(Object(await ask(full, 'simulate ssh'))), ['current']);
  const members = Object.keys(Object(await ask(full, 'simulate ssh -p MaxRetry=3'))).sort();
  assert.deepEqual(members, ['changed', 'current', 'settings']);
  assert.deepEqual(Object.keys(Object(await ask(full, 'allow 192.0.2.9'))), ['allowed', 'lifted']);
  const { week } = Object(await ask(full, 'report'));
  assert.deepEqual([week.length, ...week.map((day: readonly unknown[]) => day.length)], [7, ...Array(7).fill(24)]);
});

test('short answers have the members that the manual describes, of their types', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'f2b-json-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'state');
  writeFileSync(file, '{"type":"ban"}\n');
  const answers = ['reload', 'verify', 'ping', 'version', 'is-active', 'is-active ssh', 'is-enabled ssh'];
  const more = ['state check', 'state vacuum', `state import ${file}`, 'fleet pause', 'fleet resume'];
  const seen = new Set<string>();
  for (const argv of [...answers, ...more]) {
    const world = aWorld();
    const value = [await ask(world, argv)].flat();
    assert.ok(value.length > 0, argv);
    for (const one of value.map(Object)) {
      for (const [name, member] of Object.entries(one)) {
        const { types = [], meaning = '' } = ofAnswers.get(name) ?? {};
        assert.ok(types.includes(typeOf(member)), `${argv}: ${name}: ${typeOf(member)} is none of ${types}`);
        const verb = argv.replace(/ (?:ssh|\/.*)$/, '');
        assert.ok(meaning.includes(`*${verb}*`), `${argv}: ${name}: ${meaning}`);
        seen.add(name);
      }
    }
  }
  assert.deepEqual([...seen].sort(), [...ofAnswers.keys()].sort());
});
