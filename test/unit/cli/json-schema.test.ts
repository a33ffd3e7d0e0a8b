/** JSON that f2bctl prints has the shape that f2bctl(1) describes; bans have one shape everywhere. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FOREVER } from '../../../src/core/time.js';
import { aBan, anAddress, NOON } from '../../fakes/values.js';
import { requireShape, type Schema, schemasOf, typeOf } from '../../support/manual-schema.js';
import { aWorld, run } from './run.js';

const [schema = new Map()] = schemasOf('BANS AS JSON');
/** Of a ban within another. */
const ofMember = new Map([...schema].filter(([name]) => name !== 'state'));

function requireBan(ban: object): void {
  requireShape(ban, schema, 'a ban', { members: ofMember });
}

/** The JSON of each command, and where its bans are. */
const commands: readonly (readonly [argv: string, at: string | undefined])[] = [
  ['bans', undefined],
  ['search 192.0.2.0/24', undefined],
  ['status ssh.service', 'inForce'],
  ['why 192.0.2.1', 'bans'],
  ['ban 192.0.2.9', undefined],
  ['allow 192.0.2.9', 'lifted'],
  ['unban 192.0.2.0/24', undefined],
];

test('every command prints bans in the shape that the manual describes', async () => {
  const world = aWorld();
  const folded = aBan({ until: FOREVER, members: [aBan({ disposition: 'ports', ports: ['22/tcp'] })] });
  const byHand = aBan({ jail: 'manual', address: anAddress('192.0.2.9'), origin: 'manual', reason: 'scans' });
  world.agent.held.push({ ban: folded, state: 'enforced' }, { ban: byHand, state: 'pending' });
  const ineffective = { failures: 12, last: NOON, cause: { kind: 'elsewhere' } } as const;
  world.agent.explanation = { bans: [{ ban: folded, state: 'enforced', enforcedBy: ['set drop-ipv4'], ineffective }] };
  assert.ok(schema.size >= 15);
  for (const [argv, at] of commands) {
    const { status, output } = await run(world, [...argv.split(' '), '--json']);
    assert.equal(status, 0, argv);
    const printed = JSON.parse(output);
    const bans: readonly Record<string, unknown>[] = at === undefined ? printed : printed[at];
    assert.ok(bans.length > 0, argv);
    for (const ban of bans) requireBan(ban);
  }
});

test('what is described is compared: neither an unknown member nor a missing one passes', () => {
  const [whole] = [{ ...aBan(), address: '192.0.2.1', state: 'lifted' }];
  requireBan(whole);
  assert.throws(() => requireBan({ ...whole, colour: 'red' }), /does not know colour/);
  assert.throws(() => requireBan({ ...whole, until: 'soon' }), /until: text is none of/);
  const { count: _, ...less } = whole;
  assert.throws(() => requireBan(less), /count is always there/);
});

test('what checks and changes print has the members that the manual describes, of its types', async () => {
  const [ofChecks, ofChanges] = schemasOf('CHECKS AND CHANGES AS JSON');
  assert.ok(ofChecks && ofChanges);
  const printed: readonly (readonly [argv: string, schema: Schema])[] = [
    ['check', ofChecks],
    ['set ssh MaxRetry=3', ofChanges],
    ['set --temporary ssh MaxRetry=3', ofChanges],
    ['enable ssh', ofChanges],
    ['disable --now ssh', ofChanges],
    ['edit ssh', ofChanges],
    ['revert ssh', ofChanges],
  ];
  const seen = new Set<string>();
  const world = aWorld();
  world.edit = (text) => text.replace('\n\n', '\n[Ban]\nMaxRetry=4\n');
  for (const [argv, described] of printed) {
    const value: object = JSON.parse((await run(world, [...argv.split(' '), '--json'])).output);
    for (const [name, member] of Object.entries(value)) {
      seen.add(name);
      assert.deepEqual(described.get(name)?.types, [typeOf(member)], `${argv}: ${name}`);
    }
  }
  assert.deepEqual([...seen].sort(), [...new Set([...ofChecks.keys(), ...ofChanges.keys()])].sort());
});

/** An import with all that there can be to tell: a conflict, a problem, a jail that is off, bans and one that is refused. */
function worldOfImport() {
  const world = aWorld();
  const jails =
    '[DEFAULT]\nusedns = no\n[sshd]\nenabled = true\nport = 2222\n[nginx]\nenabled = false\n[bad]\nenabled = perhaps\n';
  world.files.set('/srv/fail2ban/jail.local', jails);
  world.files.set('/etc/f2b/units/ssh.service.conf.d/40-fail2ban.conf', '[Ban]\nMaxRetry=9\n');
  const row = { jail: 'sshd', timeofban: NOON / 1_000_000, bantime: 3_600, bancount: 1, failures: 6, ip: '10.0.0.1' };
  world.databases.set('/var/lib/fail2ban/fail2ban.sqlite3', { rows: [row], problems: ['/x: it is damaged'] });
  return world;
}

test('what import prints has the members that the manual describes, of its types', async () => {
  const [, , ofImport, ofSwitch] = schemasOf('CHECKS AND CHANGES AS JSON');
  assert.ok(ofImport && ofSwitch);
  const expected = new Map([...ofImport].map(([name, { types }]) => [name, name === 'inForce' ? ['boolean'] : types]));
  expected.set('changes', ['list']);
  for (const argv of ['import /srv/fail2ban', 'import /srv/fail2ban --dry-run', 'import /srv/fail2ban --only=none']) {
    const { output, errors } = await run(worldOfImport(), [...argv.split(' '), '--json']);
    const printed: Readonly<Record<string, unknown>> = JSON.parse(output);
    assert.deepEqual(Object.keys(printed).sort(), [...expected.keys()].sort(), errors);
    for (const [name, member] of Object.entries(printed))
      assert.ok(expected.get(name)?.includes(typeOf(member)), `${argv}: ${name} is ${typeOf(member)}`);
    assert.equal(printed['dryRun'], argv.endsWith('--dry-run'));
    assert.equal(printed['bans'] === null, argv.endsWith('--dry-run'));
  }
});
