/** What f2bctl prints of states as JSON is what f2bctl(1) describes: nothing unknown, nothing missing, nothing made up. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FOREVER, MICROS_PER_SECOND } from '../../../src/core/time.js';
import { F2bError } from '../../../src/errors.js';
import type { ActionStatus } from '../../../src/ports/actions-control.js';
import { aStatus } from '../../fakes/agent.js';
import { aFleetCounting } from '../../fakes/fleet.js';
import { aBan, aFailure, anAddress, anOffender, anOutlook, NOON } from '../../fakes/values.js';
import { requireShape, type Schema, schemasOf } from '../../support/manual-schema.js';
import { aWorld, run, type World } from './run.js';

const [
  ofStatus = new Map(),
  ofFirewall,
  ofJail,
  ofListed,
  ofSetting,
  ofStory,
  ofOutlook,
  ofFinding,
  ofAction,
  ofFleet,
  ofCounting,
] = schemasOf('STATES AS JSON');

/** Nothing wrong, nobody known: as little as there can be to tell. */
const quiet = aWorld;

function fullStatus(world: World): void {
  const [jail] = aStatus.jails;
  assert.ok(jail);
  world.agent.current = {
    ...aStatus,
    jails: [{ ...jail, bantime: FOREVER, slowRegexes: ['^x'], temporary: ['MaxRetry=9'] }],
    firewall: { ...aStatus.firewall, state: 'unavailable', problem: 'it is away', warnings: ['w'], notes: ['n'] },
    problems: [{ code: 'FIREWALL_UNAVAILABLE', message: 'it is away', hint: 'start it' }],
  };
  world.agent.held.push({ ban: aBan(), state: 'enforced' });
}

function fullStory(world: World): void {
  const address = anAddress('192.0.2.1');
  world.agent.explanation = {
    bans: [{ ban: aBan(), state: 'enforced', enforcedBy: ['set x'] }],
    failures: [aFailure({ user: 'root' })],
    offenders: [anOffender({ address })],
    outlooks: [anOutlook({}), anOutlook({ bantime: FOREVER, spared: 'ignoreip' })],
    zone: 'internal',
    entries: [{ cursor: 'a' }, { cursor: 'b', at: NOON, line: 'host sshd[1]: no' }],
    more: true,
  };
  world.geoip = { locate: () => ({ country: 'NO', owner: 'AS64496 Example Net' }), problems: [] };
  const fields = {
    F2B_EVENT: 'ban',
    F2B_JAIL: 'ssh.service',
    F2B_ADDRESS: '192.0.2.1',
    MESSAGE: 'banned',
    F2B_BY: '0',
  };
  world.journal.append({ receivedAt: NOON, line: 'host f2bd[1]: banned', fields: { ...fields, F2B_CURSOR: 'gone' } });
}

/** A world with as much to tell as there can be. */
function full(): World {
  const world = aWorld();
  fullStatus(world);
  fullStory(world);
  const counts = { waiting: 0, delivered: 0, givenUp: 0, dropped: 0 };
  const seen = { isSilent: false, sequence: 9, behind: 1 };
  const times = { oldest: NOON, lastSuccess: NOON, lastFailure: NOON, nextAttempt: NOON + MICROS_PER_SECOND };
  const statuses: readonly ActionStatus[] = [
    { ...counts, ...times, name: 'chat', type: 'webhook', state: 'failing', lastError: 'it is away' },
    { ...counts, name: 'mail', state: 'wrong' },
  ];
  world.actions = { status: async () => statuses, test: async () => {} };
  world.fleet.current = {
    ...world.fleet.current,
    members: [{ host: 'web2', version: '1', addresses: ['192.0.2.2'], seenAt: NOON, ...seen, applied: 1 }],
    reporters: [{ host: 'web2', claims: 2, refused: 1, lastRefusal: 'too many' }],
    allowances: [{ address: '192.0.2.9', until: FOREVER, by: 'admin', reason: '' }],
    counting: { ...aFleetCounting, problems: ['p'] },
  };
  world.jails.push({
    ...{
      name: 'web',
      state: 'enabled',
      description: '',
      filter: 'web',
      units: ['web.service'],
      forgeableBy: 'anybody',
    },
    source: { name: 'LogNamespace=web', namespace: 'web' },
    files: [],
  });
  world.answers['systemctl list-units --all --full --plain --no-legend --no-pager --type=service,socket'] = {
    status: 0,
    output: 'ssh.service loaded active running\n',
  };
  world.answers['systemctl list-unit-files --full --plain --no-legend --no-pager --type=service,socket'] = {
    status: 0,
    output: 'web.service enabled\n',
  };
  return world;
}

/** Bans have a section and a test of their own. */
const bans = undefined;

/** What is printed, and the table of it, or of each object that a list of it holds, or of each value. */
const printed: readonly (readonly [
  argv: string,
  schema: Schema | undefined,
  within: Record<string, Schema | undefined>,
])[] = [
  ['status', ofStatus, { jails: ofJail, firewall: ofFirewall, failingActions: ofAction }],
  ['status ssh', ofJail, { inForce: bans }],
  ['list-jails --all', ofListed, {}],
  ['why 192.0.2.1', ofStory, { bans, outlooks: ofOutlook }],
  ['actions', ofAction, {}],
  ['fleet status', ofFleet, { counting: ofCounting, refusals: undefined }],
];

for (const [argv, schema, within] of printed) {
  test(`f2bctl ${argv} prints what the manual describes, whether there is much to tell or little`, async () => {
    assert.ok(schema && schema.size > 0);
    const seen = new Set<string>();
    for (const world of [full(), quiet()]) {
      const { output, errors } = await run(world, [...argv.split(' '), '--json']);
      if (argv === 'actions' && output === '') continue;
      assert.notEqual(output, '', errors);
      const value: object = JSON.parse(output);
      const objects: readonly object[] = Array.isArray(value) ? value : [value];
      for (const one of objects) for (const name of requireShape(one, schema, argv, within)) seen.add(name);
    }
    const perhaps =
      argv === 'status ssh'
        ? []
        : ['state', 'files', 'inForce', 'told', 'events'].filter((name) => schema === ofJail && !seen.has(name));
    assert.deepEqual(
      [...schema.keys()].filter((name) => !seen.has(name)),
      perhaps,
      'the manual makes up nothing',
    );
  });
}

test('f2bctl show prints a text for each key, and with --show-origin what the manual describes', async () => {
  assert.ok(ofSetting);
  const world = quiet();
  world.files.set('/etc/f2b/units/ssh.service.conf.d/x.conf', '[Ban]\nMaxRetry=3\n');
  const plain: object = JSON.parse((await run(world, ['show', 'ssh', '--json'])).output);
  for (const value of Object.values(plain)) assert.equal(typeof value, 'string');
  const withOrigin: object = JSON.parse((await run(world, ['show', 'ssh', '--show-origin', '--json'])).output);
  const seen = Object.entries(withOrigin).flatMap(([key, value]) => requireShape(value, ofSetting, key));
  assert.deepEqual([...new Set(seen)].sort(), [...ofSetting.keys()].sort());
});

test('f2bctl doctor prints what the manual describes', async () => {
  assert.ok(ofFinding);
  const world = quiet();
  world.free = 1;
  const found: readonly { name: string; findings: readonly object[] }[] = JSON.parse(
    (await run(world, ['doctor', '--json'])).output,
  );
  for (const one of found) assert.deepEqual(Object.keys(one), ['name', 'findings']);
  const seen = found.flatMap(({ name, findings }) => findings.flatMap((one) => requireShape(one, ofFinding, name)));
  assert.deepEqual([...new Set(seen)].sort(), [...ofFinding.keys()].sort());
});

test('where the journal cannot be read, its part of the answer is null', async () => {
  const world = full();
  world.journalProblem = new F2bError('JOURNAL_NO_ACCESS');
  const ask = async (argv: string) => JSON.parse((await run(world, [...argv.split(' '), '--json'])).output);
  assert.equal((await ask('status ssh')).events, null);
  assert.equal((await ask('why 192.0.2.1')).history, null);
});
