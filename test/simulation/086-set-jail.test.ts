/** What a jail is given until the configuration is read again. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { parseAddress } from '../../src/core/address/address.js';
import { FOREVER } from '../../src/core/time.js';
import { AgentLab, MINUTE } from './agent-lab.js';

const JAIL = 'ssh.service';
const ATTACKER = '203.0.113.5';
const NEIGHBOUR = '203.0.113.6';

let lab: AgentLab;
beforeEach(() => {
  lab = new AgentLab();
});
afterEach(() => lab.dispose());

const given = () =>
  lab.notifier.events.flatMap((event) => (event.kind === 'set' ? [[event.jail, event.settings, event.by]] : []));

test('limits count at once, are shown and told, and end with the next reload', async () => {
  const { agent } = await lab.start();
  const shown = () => agent.status().jails.find(({ name }) => name === JAIL);
  await lab.client.set(JAIL, ['MaxRetry=2', 'BanTime=infinity', 'FindTime=1h']);
  await lab.fail(ATTACKER, 2);
  assert.deepEqual(lab.enforced, [ATTACKER]);
  assert.equal(agent.bans({}, 1)[0]?.ban.until, FOREVER);
  const { maxretry, bantime, findtime, temporary } = shown() ?? assert.fail();
  assert.deepEqual([maxretry, bantime, findtime], [2, FOREVER, 60 * MINUTE]);
  assert.deepEqual(temporary, ['MaxRetry=2', 'BanTime=infinity', 'FindTime=1h']);
  assert.deepEqual((await lab.client.status()).jails.find(({ name }) => name === JAIL)?.temporary, temporary);
  await lab.carriedOut();
  const failure = lab.notifier.events.find((event) => event.kind === 'failure');
  assert.equal(failure?.kind === 'failure' && failure.maxretry, 2);
  await agent.reload();
  assert.deepEqual([shown()?.maxretry, shown()?.temporary], [5, undefined]);
  await lab.fail(NEIGHBOUR, 4);
  assert.deepEqual(lab.enforced, [ATTACKER]);
  assert.deepEqual(given(), [
    [JAIL, ['MaxRetry=2', 'BanTime=infinity', 'FindTime=1h'], 0],
    [JAIL, [], undefined],
  ]);
});

test('whom it spares from then on is unbanned, and is banned again once that ended', async () => {
  lab.configure(JAIL, '[Jail]\nFilter=sshd\n[Ban]\nIgnoreIP=192.0.2.0/24\n');
  const { agent } = await lab.start();
  await lab.fail(ATTACKER, 5);
  await agent.set(JAIL, [`IgnoreIP=${ATTACKER}`]);
  assert.deepEqual(lab.enforced, []);
  await lab.fail(ATTACKER, 5);
  await lab.fail('192.0.2.1', 5);
  assert.deepEqual(lab.enforced, [], 'what its file says counts too');
  await agent.set(JAIL, ['IgnoreIP=', 'IgnoreIP=198.51.100.7']);
  await lab.fail('192.0.2.1', 5);
  assert.deepEqual(lab.enforced, ['192.0.2.1'], 'an empty value drops what its file says');
  await agent.reload();
  assert.deepEqual(lab.enforced, []);
  await lab.fail(ATTACKER, 5);
  assert.deepEqual(lab.enforced, [ATTACKER]);
});

test('a list of addresses that its file names can be kept, and no other be named', async () => {
  lab.write('friends', `${ATTACKER}\n`);
  const list = `file:${lab.pathOf('friends')}`;
  lab.configure(JAIL, `[Jail]\nFilter=sshd\n[Ban]\nIgnoreIP=192.0.2.1 ${list}\n`);
  const { agent } = await lab.start();
  await agent.set(JAIL, ['IgnoreIP=', `IgnoreIP=${list}`]);
  await lab.fail(ATTACKER, 5);
  await lab.fail('192.0.2.1', 5);
  assert.deepEqual(lab.enforced, ['192.0.2.1']);
  await assert.rejects(agent.set(JAIL, ['IgnoreIP=file:/etc/passwd']), { code: 'SETTING_REFUSED' });
});

test('UseDNS= counts for names from then on, and the filter is another', async () => {
  lab.configure(JAIL, '[Jail]\nFilter=sshd\n[Ban]\nUseDNS=no\nMaxRetry=1\n');
  const attacker = parseAddress(ATTACKER) ?? assert.fail();
  lab.names.set('scanner.example', [attacker]);
  const { agent } = await lab.start();
  const refusal = 'User root from scanner.example not allowed because not listed in AllowUsers';
  await lab.log(refusal);
  assert.deepEqual(lab.enforced, []);
  await agent.set(JAIL, ['UseDNS=yes']);
  await lab.log(refusal);
  assert.deepEqual(lab.enforced, [ATTACKER]);
  await agent.set(JAIL, ['UseDNS=no']);
  await agent.unban(attacker);
  await lab.log(refusal);
  assert.deepEqual(lab.enforced, []);
});

test('a jail that is stopped counts nothing and holds nobody, is a problem, and goes on once it is started', async () => {
  const { agent } = await lab.start();
  const shown = () => agent.status().jails.find(({ name }) => name === JAIL);
  await lab.fail(ATTACKER, 5);
  await lab.fail(NEIGHBOUR, 4);
  await agent.set(JAIL, ['MaxRetry=2', 'Enabled=no']);
  assert.deepEqual([lab.enforced, shown()?.temporary], [[], ['MaxRetry=2', 'Enabled=no']]);
  const [problem] = agent.status().problems;
  assert.deepEqual([problem?.code, problem?.message.includes(JAIL)], ['JAIL_STOPPED', true]);
  await lab.fail(NEIGHBOUR, 9);
  assert.deepEqual([lab.enforced, agent.bans({ jail: JAIL }, 9)], [[], []]);
  await assert.rejects(agent.ban({ addresses: [parseAddress(ATTACKER) ?? assert.fail()], jail: JAIL }), {
    code: 'JAIL_STOPPED',
  });
  await agent.set(JAIL, ['BanTime=1h']);
  await lab.client.set(JAIL, ['Enabled=yes']);
  assert.deepEqual(agent.status().problems, []);
  await lab.fail(NEIGHBOUR, 1);
  assert.deepEqual(lab.enforced, [], 'what came meanwhile does not count');
  await lab.fail(NEIGHBOUR, 1);
  assert.deepEqual([lab.enforced, shown()?.bantime], [[NEIGHBOUR], 60 * MINUTE]);
  await agent.set(JAIL, ['Enabled=no']);
  await agent.reload();
  assert.deepEqual([agent.status().problems, shown()?.temporary], [[], undefined]);
  await lab.fail(ATTACKER, 5);
  assert.deepEqual(lab.enforced, [ATTACKER]);
});

test('a jail that its files switch off is not started', async () => {
  lab.configure('web', '[Jail]\nFilter=sshd\nEnabled=no\n');
  const { agent } = await lab.start();
  await assert.rejects(agent.set('web', ['Enabled=yes']), { code: 'UNKNOWN_JAIL' });
});

test('nothing of what is on the disk and not in force comes into force by it', async () => {
  lab.configure(JAIL, '[Jail]\nFilter=sshd\n[Ban]\nMaxRetry=3\n');
  const { agent } = await lab.start();
  lab.configure(JAIL, '[Jail]\nFilter=sshd\n[Ban]\nMaxRetry=nonsense\nIgnoreIP=203.0.113.0/24\n');
  await agent.set(JAIL, ['BanTime=1h']);
  await lab.fail(ATTACKER, 3);
  assert.deepEqual(lab.enforced, [ATTACKER]);
  assert.deepEqual(agent.status().problems, []);
});

test('a reload that is refused leaves it in force, and spares whom the wrong configuration spares', async () => {
  const { agent } = await lab.start();
  await agent.set(JAIL, ['MaxRetry=2']);
  lab.configure(JAIL, `[Jail]\nFilter=sshd\n[Ban]\nMaxRetry=nonsense\nIgnoreIP=${NEIGHBOUR}\n`);
  await assert.rejects(agent.reload(), { code: 'CONFIG_INVALID' });
  await agent.set(JAIL, ['BanTime=1h']);
  await lab.fail(NEIGHBOUR, 5);
  await lab.fail(ATTACKER, 2);
  assert.deepEqual(lab.enforced, [ATTACKER]);
});

test('what a file may not say is refused as a whole, and so is what reads a file or runs a program', async () => {
  const { agent } = await lab.start();
  const cases: readonly (readonly [readonly string[], RegExp])[] = [
    [['MaxRetry=2', 'BanTime=never'], /"never" is not a time span/],
    [['MaxRetry=0'], /outside 1 to 10000/],
    [['IgnoreIP=0.0.0.0/0'], /spares everybody/],
    [['IgnoreIP="file:/etc/shadow"'], /file:PATH is set in files alone/],
    [['IgnoreIP=\\x66ile:/etc/shadow'], /file:PATH is set in files alone/],
    [['IgnoreCommand=/bin/true'], /IgnoreCommand= is set in files alone/],
    [['Filter=recidive'], /Filter= is set in files alone/],
    [['BanTime=1h\\'], /is no KEY=VALUE/],
    [['[Jail]'], /is no KEY=VALUE/],
    [['BanTimeIncrement=yes', 'BanTimeMax=1min'], /BanTimeMax=1min is less than BanTime=/],
    [[`IgnoreIP=${'192.0.2.1 '.repeat(1_001)}`], /more than 1000 words/],
  ];
  for (const [settings, message] of cases)
    await assert.rejects(agent.set(JAIL, settings), { code: 'SETTING_REFUSED', message }, settings[0]?.slice(0, 40));
  await assert.rejects(agent.set('nowhere', ['MaxRetry=2']), { code: 'UNKNOWN_JAIL' });
  await assert.rejects(agent.set('manual', ['MaxRetry=2']), { code: 'UNKNOWN_JAIL' });
  await assert.rejects(lab.client.set(JAIL, ['BanTime=1h\nIgnoreCommand=/bin/true']), { code: 'ARGUMENT_INVALID' });
  assert.deepEqual([given(), agent.status().jails.flatMap(({ temporary }) => temporary ?? [])], [[], []]);
  await lab.fail(ATTACKER, 4);
  assert.deepEqual(lab.enforced, []);
});
