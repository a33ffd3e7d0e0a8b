/** doctor tells that others empty the firewall, and who most likely did. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { firewalldGone, tableGone } from '../../../../src/text/rules-gone.js';
import { aStatus } from '../../../fakes/agent.js';
import { NOON } from '../../../fakes/values.js';
import { aWorld, run, type World } from '../run.js';

const told = async (world: World) => {
  const { output } = await run(world, ['doctor', '--json']);
  const [found] = (JSON.parse(output) as { name: string; findings: { message: string; hint: string }[] }[]).filter(
    ({ name }) => name === 'Firewall',
  );
  return found?.findings.map(({ message, hint }) => `${message}\n${hint}`) ?? [];
};

const MINUTE = 60_000_000;
const HOUR = 60 * MINUTE;
const entry = (world: World, before: number, fields: Readonly<Record<string, string>>) =>
  world.journal.append({ receivedAt: NOON - before, line: `host x[1]: ${fields['MESSAGE'] ?? ''}`, fields });
const gone = (world: World, before: number, message = tableGone('f2b-guard')) =>
  entry(world, before, { MESSAGE: message });

test('bans that are put back after a reload, and what was removed days ago, are nothing to tell of', async () => {
  const world = aWorld();
  gone(world, 30 * HOUR);
  entry(world, HOUR, { F2B_EVENT: 'reconciled', F2B_ADDED: '5', MESSAGE: 'mended the firewall: 5 missing bans added' });
  entry(world, HOUR, { F2B_EVENT: 'ban', MESSAGE: tableGone('f2b') });
  assert.deepEqual(await told(world), []);
});

test('rules that were removed are told with how to find who did it where the journal names nobody', async () => {
  const world = aWorld();
  gone(world, 2 * HOUR);
  gone(world, HOUR, firewalldGone());
  const [text = ''] = await told(world);
  assert.match(text, /^rules of the firewall were removed 2 times within a day, last 1h 2min ago, and put back\n/);
  assert.match(text, /\nfind out who does it: nft monitor \| grep "by process"/);
});

const doers: readonly (readonly [string, Readonly<Record<string, string>>, RegExp])[] = [
  [
    'a service that systemd started',
    { UNIT: 'nftables.service', MESSAGE: 'Finished nftables.service - nftables.' },
    /just before, systemd said of nftables\.service: Finished nftables.*\ntake "flush ruleset" out of/,
  ],
  [
    'a person with sudo',
    { _EXE: '/usr/bin/sudo', MESSAGE: '  joe : TTY=pts/1 ; PWD=/ ; USER=root ; COMMAND=/usr/sbin/nft flush ruleset' },
    /just before, joe ran \/usr\/sbin\/nft flush ruleset\nlet it change a table of its own alone/,
  ],
  [
    'a job of cron',
    { _SYSTEMD_UNIT: 'cron.service', MESSAGE: '(root) CMD (iptables-restore </etc/rules.v4)' },
    /just before, root ran iptables-restore <\/etc\/rules\.v4\n/,
  ],
];

/** What changed nothing: another program, one that only looks, and one that was refused. */
const others = [
  'root : PWD=/ ; USER=root ; COMMAND=/usr/bin/ls /root/nftables',
  'bob : TTY=pts/2 ; PWD=/ ; USER=root ; COMMAND=/usr/sbin/nft list ruleset',
  'eve : user NOT in sudoers ; TTY=pts/3 ; PWD=/ ; USER=root ; COMMAND=/usr/sbin/nft flush ruleset',
];

for (const [name, fields, expected] of doers) {
  test(`${name} is named when it was just before`, async () => {
    const world = aWorld();
    entry(world, HOUR + 2 * MINUTE, { _EXE: '/usr/bin/sudo', MESSAGE: 'eve : PWD=/ ; COMMAND=/usr/sbin/nft -f x' });
    entry(world, HOUR + 1_000_000, fields);
    for (const MESSAGE of others) entry(world, HOUR + 500_000, { _EXE: '/usr/bin/sudo', MESSAGE });
    gone(world, HOUR);
    assert.match((await told(world)).join('\n'), expected);
  });
}

const ACTIVE = 'systemctl is-active -- firewalld.service nftables.service';

test('nftables.service beside firewalld is told beforehand when it flushes all rules, and not otherwise', async () => {
  const world = aWorld();
  world.files.set('/etc/nftables.conf', '#!/usr/sbin/nft -f\n\nflush ruleset\n');
  world.agent.current = { ...aStatus, firewall: { ...aStatus.firewall, name: 'firewalld 2.3.1' } };
  world.answers[ACTIVE] = { status: 3, output: 'active\ninactive\n' };
  assert.deepEqual(await told(world), []);
  world.answers[ACTIVE] = { status: 0, output: 'active\nactive\n' };
  assert.match((await told(world)).join('\n'), /^nftables\.service removes the rules of firewalld and of f2b whenever/);
  world.files.set('/etc/nftables.conf', 'table inet mine { }\n');
  assert.deepEqual(await told(world), []);
});
