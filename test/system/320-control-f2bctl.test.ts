/** f2bctl as it is built, with the agent as it is built, on a private system bus and real journal files. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { AgentEvent } from '../../src/agent/agent-event.js';
import { describeEvent } from '../../src/notify/describe-event.js';
import { messageIds } from '../../src/notify/message-ids.js';
import { aBan, aFailure, NOON } from '../fakes/values.js';
import { BusDaemon, strictConfiguration } from '../support/bus-daemon.js';
import { type FieldValue, missingJournalRemote, writeJournal } from '../support/journal-files.js';
import { repository } from '../support/repository.js';
import { f2bctlOn, withAgent } from './control-lab.js';

const skip = process.getuid?.() === 0 ? (missingJournalRemote ?? false) : 'needs root to own a name on a strict bus';
const SECOND = 1_000_000;
const attacker = '203.0.113.7';

test('an attack is seen, explained, undone and exported', { skip }, async (t) => {
  const { f2bctl, folder } = await withAgent(t, [attacker]);
  assert.match((await f2bctl('status')).output, /^● f2bd [\d.]+ - running\n[\s\S]*\nssh\.service +0 +5 +1 +1 /m);
  assert.match((await f2bctl('status', 'ssh.service')).output, new RegExp(`^${attacker} .*\n\n1 ban\\.$`, 'm'));

  const why = await f2bctl('why', attacker);
  assert.match(why.output, /after 5 failures; its 1st ban/);
  assert.equal(why.output.match(/host sshd-session\[4711\]: Failed password for root/g)?.length, 5);

  const exported = await f2bctl('state', 'export', '--state-directory', join(folder, 'state'));
  const types = exported.output.trim().split('\n');
  assert.deepEqual(
    types.map((line) => JSON.parse(line).type),
    ['cursor', 'offender', 'ban'],
  );

  assert.equal((await f2bctl('unban', attacker)).output, `${attacker} is no longer banned by ssh.service.\n`);
  assert.equal((await f2bctl('bans')).output, 'No bans.\n');
  assert.equal((await f2bctl('unban', attacker)).status, 66);
});

test('a person bans, reloads and verifies', { skip }, async (t) => {
  const { f2bctl } = await withAgent(t, [attacker]);
  assert.match(
    (await f2bctl('ban', '2001:db8::/48', '--for', '2h', '--reason', 'scans us')).output,
    /^2001:db8::\/48 is banned by manual until .* UTC \(in (?:2h|1h 59min)\): scans us\./,
  );
  assert.equal((await f2bctl('ban', '127.0.0.1')).status, 65);
  const bans = JSON.parse((await f2bctl('bans', 'manual', '-o', 'json')).output);
  assert.deepEqual(
    bans.map(({ address, reason }: Record<string, unknown>) => [address, reason]),
    [['2001:db8::/48', 'scans us']],
  );
  assert.equal((await f2bctl('reload')).status, 0);
  assert.equal((await f2bctl('verify')).output, 'The firewall holds all bans and nothing else.\n');
});

test('a host is banned with all its addresses, or with none of them when one is spared', { skip }, async (t) => {
  const { f2bctl, folder, bus } = await withAgent(t, [attacker]);
  const hosts = join(folder, 'hosts');
  const bad = ['203.0.113.50', '203.0.113.51', '2001:db8::50'];
  const lines = [
    ...bad.map((address) => `${address} bad.example`),
    '203.0.113.52 ours.example',
    '127.0.0.1 ours.example',
  ];
  writeFileSync(hosts, `${lines.join('\n')}\n`);
  const named = f2bctlOn(bus, {}, [
    'unshare',
    '--mount',
    'sh',
    '-c',
    `mount --bind ${hosts} /etc/hosts && exec "$@"`,
    'sh',
  ]);
  assert.deepEqual(await named('ban', 'ours.example'), {
    status: 65,
    output: '',
    errors:
      "f2bctl: this address is not banned: 127.0.0.1: it is this machine's own address; none of the 2 addresses was banned\n" +
      'hint: --force bans whom the configuration or a person spares, but never everybody or this machine\n',
  });
  assert.equal((await f2bctl('bans', 'manual')).output, 'No bans.\n');
  const { output, status } = await named('ban', 'bad.example', '-o', 'json');
  assert.equal(status, 0);
  const made: readonly { readonly address: string }[] = JSON.parse(output);
  assert.deepEqual(made.map(({ address }) => address).sort(), [...bad].sort());
  assert.match((await f2bctl('bans', 'manual')).output, /\n3 bans\.\n$/);
});

test('a jail that does not exist is named, whatever is asked of it', { skip }, async (t) => {
  const { f2bctl } = await withAgent(t, [attacker]);
  const typo = 'shh.service';
  for (const argv of [
    ['bans', typo],
    ['status', typo],
    ['ban', '203.0.113.9', '-j', typo],
    ['unban', attacker, '-j', typo],
  ]) {
    const { status, output, errors } = await f2bctl(...argv);
    assert.deepEqual([status, output], [4, ''], argv.join(' '));
    assert.match(errors, /^f2bctl: there is no such jail: shh\.service\b.*\nhint: .*f2bctl list-jails --all /);
  }
});

test('without an agent, and without a bus, f2bctl says what to do', { skip }, async (t) => {
  const daemon = new BusDaemon(strictConfiguration(join(repository, 'debian', 'org.f2b.Agent1.conf')));
  t.after(() => daemon.remove());
  await daemon.start();
  assert.deepEqual(await f2bctlOn(daemon.address)('status'), {
    status: 69,
    output: '',
    errors: 'f2bctl: f2bd is not running\nhint: start it with: systemctl start f2bd\n',
  });
  const { status, errors } = await f2bctlOn('unix:path=/nonexistent')('status');
  assert.equal(status, 69);
  assert.match(errors, /^f2bctl: .*\nhint: .*systemctl/);
});

test('log reads from journal files what the agent wrote, and nothing that others wrote in its name', {
  skip,
}, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'f2b-f2bctl-log-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const entry = (second: number, event: AgentEvent, unit = 'f2bd.service') => {
    const { message, priority, fields } = describeEvent(event);
    const all: Record<string, FieldValue> = { MESSAGE: message, PRIORITY: String(priority), F2B_EVENT: event.kind };
    for (const [name, value] of fields) all[name] = [...[all[name] ?? []].flat(), value].map(String);
    const trusted = { _SYSTEMD_UNIT: unit, _HOSTNAME: 'host', _PID: '7', SYSLOG_IDENTIFIER: 'f2bd' };
    return { receivedAt: NOON + second * SECOND, fields: { ...all, ...trusted, MESSAGE_ID: messageIds[event.kind] } };
  };
  writeJournal(join(folder, 'agent.journal'), [
    entry(0, { kind: 'failure', failure: aFailure({ user: 'root' }), counted: 5, maxretry: 5 }),
    entry(1, { kind: 'ban', ban: aBan({ evidence: ['s=1', 's=2'] }) }),
    entry(2, { kind: 'unban', ban: aBan(), cause: 'manual' }, 'session-1.scope'),
  ]);
  const f2bctl = f2bctlOn('unix:path=/nonexistent');
  assert.deepEqual(await f2bctl('log', '-D', folder, '192.0.2.1'), {
    status: 0,
    output: [
      'May 01 12:00:00 host f2bd[7]: ssh.service: failure 5 of 5 by 192.0.2.1 for user root\n',
      'May 01 12:00:01 host f2bd[7]: ssh.service: banned 192.0.2.1 for 10min after 5 failures\n',
    ].join(''),
    errors: '',
  });
  const json = await f2bctl('log', '-D', folder, '-n', '1', '-o', 'json');
  const { MESSAGE_ID, F2B_CURSOR, F2B_UNTIL } = JSON.parse(json.output);
  assert.deepEqual([MESSAGE_ID, F2B_CURSOR, F2B_UNTIL], [messageIds.ban, ['s=1', 's=2'], String(NOON + 600 * SECOND)]);
  assert.equal((await f2bctl('log', '-D', folder, '-j', 'other')).errors, '-- No entries --\n');
  assert.deepEqual(await f2bctl('log', '-D', join(folder, 'typo')), {
    status: 74,
    output: '',
    errors:
      `f2bctl: the journal does not answer: open ${folder}/typo: no such file or directory (ENOENT)\n` +
      'hint: name a folder that holds journal files, such as /var/log/journal\n',
  });
});
