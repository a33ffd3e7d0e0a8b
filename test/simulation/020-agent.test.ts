import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { parseAddress } from '../../src/core/address/address.js';
import { FOREVER } from '../../src/core/time.js';
import { F2bError } from '../../src/errors.js';
import { anAddress } from '../fakes/values.js';
import { AgentLab, MINUTE, SECOND } from './agent-lab.js';

const ATTACKER = '203.0.113.5';
const NEIGHBOUR = '203.0.113.6';

let lab: AgentLab;
beforeEach(() => {
  lab = new AgentLab();
});
afterEach(async () => {
  await lab.dispose();
});

test('the fifth failure within findtime bans, the fourth does not', async () => {
  await lab.start();
  await lab.fail(ATTACKER, 4);
  assert.deepEqual(lab.enforced, []);
  await lab.fail(ATTACKER, 1);
  assert.deepEqual(lab.enforced, [ATTACKER]);
  assert.deepEqual([lab.told('failure'), lab.told('ban'), lab.told('enforced')], [5, 1, 1]);
});

test('each failure is told with how far it brought its address', async () => {
  await lab.start();
  await lab.fail(ATTACKER, 5);
  const sums = lab.notifier.events.flatMap((event) =>
    event.kind === 'failure' ? [[event.counted, event.maxretry]] : [],
  );
  assert.deepEqual(sums, [
    [1, 5],
    [2, 5],
    [3, 5],
    [4, 5],
    [5, 5],
  ]);
});

test('things are told in the order in which they led to one another', async () => {
  await lab.start();
  await lab.fail(ATTACKER, 5);
  const kinds = lab.notifier.events.map(({ kind }) => kind).filter((kind) => kind !== 'reconciled');
  assert.deepEqual(kinds, ['started', ...Array<string>(5).fill('failure'), 'ban', 'enforced']);
});

test('a ban is on the disk before the firewall is asked', async () => {
  const onDisk: number[] = [];
  const ban = lab.firewall.ban.bind(lab.firewall);
  lab.firewall.ban = (bans) => {
    onDisk.push(lab.disk.bans.size);
    return ban(bans);
  };
  await lab.start();
  await lab.fail(ATTACKER, 5);
  assert.deepEqual(onDisk, [1]);
});

test('a full disk stops nobody from being banned, and what was decided meanwhile is written later', async () => {
  await lab.start();
  lab.disk.failure = new F2bError('STORE_FULL', 'disk');
  await lab.fail(ATTACKER, 5);
  assert.deepEqual(lab.enforced, [ATTACKER]);
  assert.equal(lab.told('problem'), 1);
  lab.disk.failure = undefined;
  await lab.clock.advance(6 * SECOND);
  assert.equal(lab.disk.bans.size, 1);
  assert.equal(lab.told('resolved'), 1);
});

test('each hint about a full disk is true: a ban is kept until there is room, and an allowance is not', async () => {
  const { agent } = await lab.start();
  lab.disk.failure = new F2bError('STORE_FULL', 'disk');
  await lab.fail(ATTACKER, 5);
  const [problem] = agent.status().problems;
  assert.equal(problem?.message, 'no space is left for the state: disk');
  assert.match(problem?.hint ?? '', /^free some space .*; f2bd goes on, and keeps what it decides in memory until/);
  const refused = await agent.allow({ address: anAddress(ATTACKER), until: FOREVER }).catch((cause: unknown) => cause);
  assert.ok(refused instanceof F2bError);
  assert.match(refused.message, /^no space is left for the state: disk$/);
  assert.match(refused.hint, /^free some space on that file system \(df -h\); then try again: nothing was allowed/);
  assert.deepEqual([agent.allowances(), lab.enforced], [[], [ATTACKER]]);
});

test('failures before a crash count after it, and none counts twice', async () => {
  await lab.start();
  await lab.fail(ATTACKER, 4);
  lab.kill();
  await lab.start();
  assert.deepEqual(lab.enforced, []);
  await lab.fail(ATTACKER, 1);
  assert.deepEqual(lab.enforced, [ATTACKER]);
  assert.equal([...lab.disk.bans.values()][0]?.failures, 5);
});

test('a ban outlives a crash of the agent in an empty firewall', async () => {
  await lab.start();
  await lab.fail(ATTACKER, 5);
  lab.kill();
  await lab.start();
  assert.deepEqual(lab.firewall.entries().length, 1);
  assert.deepEqual(lab.enforced, [ATTACKER]);
});

test('a session that began before a crash is completed after it', async () => {
  await lab.start();
  for (let n = 0; n < 4; n += 1) await lab.fail(ATTACKER, 1);
  await lab.log(`Connection from ${ATTACKER} port 9 on 10.99.0.2 port 22`, {}, 77);
  lab.kill();
  await lab.start();
  await lab.log('Disconnecting: Too many authentication failures for root [preauth]', {}, 77);
  await lab.log(`Connection closed by authenticating user root ${ATTACKER} port 9 [preauth]`, {}, 77);
  assert.deepEqual(lab.enforced, [ATTACKER]);
});

test('a ban ends by itself, with one timer, and none is armed when nothing is banned', async () => {
  await lab.start();
  const idle = lab.clock.armed.length;
  await lab.fail(ATTACKER, 5);
  await lab.fail(NEIGHBOUR, 5);
  assert.equal(lab.clock.armed.length, idle + 1);
  await lab.clock.advance(10 * MINUTE + SECOND);
  assert.deepEqual(lab.enforced, []);
  assert.deepEqual(lab.firewall.entries(), []);
  assert.equal(lab.told('unban'), 2);
  assert.equal(lab.clock.armed.length, idle);
});

test('without a firewall the agent goes on deciding, and bans once it is there', async () => {
  await lab.start();
  lab.firewall.lose();
  await lab.fail(ATTACKER, 5);
  assert.deepEqual(lab.enforced, []);
  assert.equal(lab.disk.bans.size, 1);
  assert.equal(lab.told('problem'), 1);
  await lab.firewall.recover();
  await lab.settle();
  assert.deepEqual(lab.enforced, [ATTACKER]);
  assert.equal(lab.told('resolved'), 1);
});

test('an identifier, a command name or a user of the writer’s choice bans nobody', async () => {
  await lab.start();
  const line = `Failed password for root from ${ATTACKER} port 1 ssh2`;
  for (let n = 0; n < 10; n += 1) {
    await lab.log(line, { _SYSTEMD_UNIT: 'user@1000.service', SYSLOG_IDENTIFIER: 'sshd', _COMM: 'sshd' });
    await lab.log(line, { _UID: '1000' });
  }
  assert.deepEqual(lab.enforced, []);
  await lab.carriedOut();
  assert.equal(lab.told('failure'), 0);
});

test('the machine’s own addresses are recorded, not banned', async () => {
  await lab.start();
  await lab.fail('10.99.0.2', 10);
  assert.deepEqual(lab.enforced, []);
  await lab.carriedOut();
  assert.equal(lab.told('spared'), 10);
});

test('IgnoreIP= spares a prefix, in force from the next reload on', async () => {
  const { agent } = await lab.start();
  lab.configure(
    'ssh.service',
    '[Jail]\nFilter=sshd\nEnabled=yes\n[Journal]\nUnit=ssh.service\n[Ban]\nIgnoreIP=203.0.113.0/24\n',
  );
  await lab.fail(ATTACKER, 4);
  await agent.reload();
  await lab.fail(ATTACKER, 1);
  assert.deepEqual(lab.enforced, []);
  await lab.carriedOut();
  assert.equal(lab.told('spared'), 1);
});

test('a wrong configuration is refused with every problem, and the old one stays in force', async () => {
  const { agent } = await lab.start();
  lab.configure('ssh.service', '[Jail]\nFiltre=sshd\n[Ban]\nMaxRetry=no\n');
  await assert.rejects(agent.reload(), (error: unknown) => {
    assert.ok(error instanceof F2bError && error.code === 'CONFIG_INVALID');
    assert.match(error.message, /ssh\.service\.conf:2: .*Filtre[\s\S]*ssh\.service\.conf:4: /);
    return true;
  });
  await lab.fail(ATTACKER, 5);
  assert.deepEqual(lab.enforced, [ATTACKER]);
});

test('a reload that was refused stays a problem, told once, until the configuration is mended', async () => {
  const { agent } = await lab.start();
  lab.configure('ssh.service', '[Jail]\nFiltre=sshd\n[Ban]\nMaxRetry=no\n');
  for (const _ of [1, 2]) await assert.rejects(agent.reload());
  const [problem, ...others] = agent.status().problems;
  assert.deepEqual(others, []);
  assert.match(
    problem?.message ?? '',
    /^the configuration is not valid: [^\n]*ssh\.service\.conf:2: [^\n]*Filtre[^\n]*$/,
  );
  assert.match(problem?.hint ?? '', /systemctl reload f2bd; until then the one before is in force/);
  assert.deepEqual([lab.told('problem'), lab.told('resolved')], [1, 0]);
  assert.match(lab.statusLine, /^Guarding 1 jail, but the configuration is not valid/);
  lab.configure('ssh.service', '[Jail]\nFilter=sshd\nEnabled=yes\n');
  await agent.reload();
  assert.deepEqual(agent.status().problems, []);
  assert.deepEqual([lab.told('problem'), lab.told('resolved')], [1, 1]);
  assert.equal(lab.statusLine, 'Guarding 1 jail');
});

test('what is only odd about the configuration is told, and in force all the same', async () => {
  lab.configure('ssh.service', '[Jail]\nFilter=sshd\nEnabled=yes\n');
  lab.configure('nginx', '[Jail]\nFilter=nothing\nEnabled=no\n[Ban]\nMaxRetry=0\n');
  await lab.start();
  assert.match(lab.warnings.join(), /nginx\.conf:5: warning: /);
  await lab.fail(ATTACKER, 5);
  assert.deepEqual(lab.enforced, [ATTACKER]);
});

test('a jail that is switched off takes its bans with it', async () => {
  const { agent } = await lab.start();
  await lab.fail(ATTACKER, 5);
  lab.configure('ssh.service', '[Jail]\nFilter=sshd\nEnabled=no\n');
  await agent.reload();
  assert.deepEqual(lab.enforced, []);
  assert.deepEqual(lab.firewall.entries(), []);
});

test('entries logged while the agent reads its configuration again are not lost', async () => {
  const { agent } = await lab.start();
  await lab.fail(ATTACKER, 3);
  const reloaded = agent.reload();
  await lab.fail(ATTACKER, 2);
  await reloaded;
  await lab.settle();
  assert.deepEqual(lab.enforced, [ATTACKER]);
});

test('a person can ban and unban, but not everybody and not this machine', async () => {
  const { agent } = await lab.start();
  const { parseAddress } = await import('../../src/core/address/address.js');
  const address = (text: string) => parseAddress(text) ?? assert.fail(text);
  await agent.ban({ addresses: [address('2001:db8::7')], reason: 'scans' });
  assert.deepEqual(lab.enforced, ['2001:db8::7']);
  for (const refused of ['0.0.0.0/0', '10.99.0.2', '10.99.0.0/16']) {
    await assert.rejects(agent.ban({ addresses: [address(refused)], force: true }), { code: 'BAN_REFUSED' });
  }
  assert.equal((await agent.unban(address('2001:db8::7'))).length, 1);
  assert.deepEqual(lab.enforced, []);
  assert.equal((await agent.unban(address('2001:db8::7'))).length, 0);
});

test('who would end a ban for ever is told how', async () => {
  const { agent } = await lab.start();
  const byHand = (bantime?: number) =>
    agent.ban({
      addresses: [parseAddress('198.51.100.1') ?? assert.fail()],
      ...(bantime !== undefined && { bantime }),
    });
  await byHand();
  await assert.rejects(byHand(60_000_000), { code: 'BAN_REFUSED', hint: /^f2bctl bans shows that ban; --force puts/ });
});

test('two reloads at once leave one reader of the journal', async () => {
  const { agent } = await lab.start();
  await lab.fail(ATTACKER, 1);
  await Promise.all([agent.reload(), agent.reload(), agent.reload()]);
  await lab.fail(ATTACKER, 2);
  await lab.carriedOut();
  assert.deepEqual([lab.journal.watchers, agent.status().entries, lab.told('failure')], [1, 3, 3]);
});

test('what jails have counted since the start outlives a reload, and bans by hand are counted too', async () => {
  const { agent } = await lab.start();
  const figures = () =>
    agent.status().jails.map(({ name, failures, bans, banned }) => [name, failures, bans, banned] as const);
  const byHand = (text: string) => agent.ban({ addresses: [parseAddress(text) ?? assert.fail(text)] });
  await lab.fail(ATTACKER, 6);
  await byHand('198.51.100.1');
  await byHand('198.51.100.2');
  await agent.unban(parseAddress('198.51.100.1') ?? assert.fail(), undefined);
  const counted = [
    ['ssh.service', 6, 1, 1],
    ['manual', 0, 2, 1],
  ];
  assert.deepEqual(figures(), counted);
  await agent.reload();
  assert.deepEqual(figures(), counted);
  await lab.fail(NEIGHBOUR, 1);
  assert.deepEqual(figures()[0], ['ssh.service', 7, 1, 1]);
});

test('a jail that is fed by bans counts those that counted as its failures', async () => {
  lab.configure('recidive', '[Jail]\nSource=bans\nEnabled=yes\n[Ban]\nMaxRetry=2\nFindTime=1d\nBanTime=1w\n');
  const { agent } = await lab.start();
  for (let round = 0; round < 2; round += 1) {
    await lab.fail(ATTACKER, 5);
    await lab.clock.advance(11 * MINUTE);
  }
  const [recidive] = agent.status().jails.filter(({ name }) => name === 'recidive');
  assert.deepEqual([recidive?.failures, recidive?.bans], [2, 1]);
});

test('of two reloads at once the last configuration is in force', async () => {
  const { agent } = await lab.start();
  await lab.fail(ATTACKER, 5);
  lab.configure('ssh.service', '[Jail]\nFilter=sshd\nEnabled=no\n');
  const off = agent.reload();
  lab.configure('ssh.service', '[Jail]\nFilter=sshd\nEnabled=yes\n');
  await Promise.all([off, agent.reload()]);
  assert.deepEqual(
    agent.status().jails.map(({ name }) => name),
    ['ssh.service', 'manual'],
  );
  await lab.fail(ATTACKER, 5);
  assert.deepEqual(lab.enforced, [ATTACKER]);
});

test('a journal that cannot be opened for a reload is opened later, with the jails reloaded last', async () => {
  const { agent } = await lab.start();
  lab.journalFailure = new F2bError('JOURNAL_FAILED', 'too many open files');
  await agent.reload();
  assert.equal(agent.status().state, 'degraded');
  await lab.fail(ATTACKER, 2);
  lab.configure('ssh.service', '[Jail]\nFilter=sshd\nEnabled=yes\n[Ban]\nMaxRetry=2\n');
  await agent.reload();
  lab.journalFailure = undefined;
  await lab.clock.advance(6 * SECOND);
  await lab.settle();
  assert.deepEqual(lab.enforced, [ATTACKER]);
  assert.deepEqual([agent.status().problems, lab.journal.watchers], [[], 1]);
});

test('a stop during a reload leaves no reader of the journal behind', async () => {
  const { agent } = await lab.start();
  await Promise.allSettled([agent.reload(), lab.stop()]);
  await lab.settle();
  assert.equal(lab.journal.watchers, 0);
});

test('why shows the very entries behind a ban, and says which of them are gone', async () => {
  const { agent } = await lab.start();
  const { parseAddress } = await import('../../src/core/address/address.js');
  await lab.fail(ATTACKER, 5);
  lab.journal.vacuum(2);
  const { entries, bans } = agent.why(parseAddress(ATTACKER) ?? assert.fail());
  assert.equal(bans.length, 1);
  assert.deepEqual(
    entries.map((entry) => entry.line?.includes(ATTACKER)),
    [undefined, undefined, true, true, true],
  );
});

test('lines of sshd’s processes that were gone before journald knew their unit count, and status says how many', async () => {
  const { agent } = await lab.start();
  const log = (n: number, address: string, fields: Readonly<Record<string, string>>) =>
    lab.journal.append({
      receivedAt: lab.clock.now(),
      line: `host sshd[${2000 + n}]: Failed password for root from ${address} port 4711 ssh2`,
      fields: { SYSLOG_IDENTIFIER: 'sshd', _TRANSPORT: 'syslog', ...fields },
    });
  for (let n = 0; n < 5; n += 1) {
    log(n, ATTACKER, { _UID: '0', _GID: '0' });
    log(n, NEIGHBOUR, { _UID: '1000' });
    log(n, NEIGHBOUR, { _UID: '0', _GID: '1000' });
    log(n, NEIGHBOUR, { _UID: '0', _SYSTEMD_CGROUP: '/docker/0123' });
    log(n, NEIGHBOUR, { _UID: '0', _SYSTEMD_UNIT: 'session-1.scope' });
  }
  await lab.settle();
  assert.deepEqual(lab.enforced, [ATTACKER]);
  const { believedWithoutUnit, passedOverWithoutUnit, jails } = agent.status();
  assert.deepEqual([believedWithoutUnit, passedOverWithoutUnit, jails[0]?.believedWithoutUnit], [5, 5, 5]);
});

test('status tells how many entries each jail looked at, whatever became of them', async () => {
  lab.configure('web.service', '[Jail]\nFilter=sshd\n[Ban]\nMaxRetry=9');
  const { agent } = await lab.start();
  await lab.log('Connection closed by 192.0.2.9 port 4711', { _SYSTEMD_UNIT: 'web.service' });
  for (let n = 0; n < 3; n += 1)
    await lab.log(`Failed password for root from ${ATTACKER} port 4711 ssh2`, { _SYSTEMD_UNIT: 'web.service' });
  await lab.settle();
  const figures = agent.status().jails.map(({ name, entries, failures }) => `${name} ${entries} ${failures}`);
  assert.deepEqual(figures, ['ssh.service 0 0', 'web.service 4 3', 'manual 0 0']);
});

test('entries without a unit are passed over, and counted, where more is demanded of them', async () => {
  lab.configure(
    'web.service',
    '[Jail]\nFilter=sshd\n[Journal]\nUser=33\nExecutable=/bin/sh\nIdentifier=sshd\n[Ban]\nMaxRetry=1',
  );
  const { agent } = await lab.start();
  await lab.log(`Failed password for root from ${ATTACKER} port 4711 ssh2`, {
    ...{ _SYSTEMD_UNIT: 'other.service', _UID: '33', _TRANSPORT: 'syslog' },
  });
  lab.journal.append({
    receivedAt: lab.clock.now(),
    line: `host sshd[7]: Failed password for root from ${ATTACKER} port 4711 ssh2`,
    fields: { SYSLOG_IDENTIFIER: 'sshd', _TRANSPORT: 'syslog', _UID: '33' },
  });
  await lab.settle();
  assert.deepEqual(lab.enforced, []);
  const figures = agent.status().jails.map(({ name, passedOverWithoutUnit: sum }) => `${name} ${sum}`);
  assert.deepEqual(figures, ['ssh.service 0', 'web.service 1', 'manual 0']);
});

test('entries of a guarded unit that journald suppressed are told, and stay a problem for an hour', async () => {
  const { agent } = await lab.start();
  const suppress = (unit: string, dropped: number, fields: Readonly<Record<string, string>> = {}) =>
    lab.log(`Suppressed ${dropped} messages from ${unit}`, {
      _SYSTEMD_UNIT: '',
      MESSAGE_ID: 'a596d6fe7bfa4994828e72309e95d61e',
      _TRANSPORT: 'driver',
      OBJECT_SYSTEMD_UNIT: unit,
      N_DROPPED: String(dropped),
      ...fields,
    });
  await suppress('cron.service', 7);
  await suppress('ssh.service', 8, { _SYSTEMD_UNIT: 'ssh.service', _TRANSPORT: 'journal' });
  assert.equal(lab.told('suppressed'), 0, 'neither of a unit that no jail reads nor by anybody but journald');
  await suppress('ssh.service', 99);
  await suppress('ssh.service', 1);
  const told = lab.notifier.events.flatMap((event) =>
    event.kind === 'suppressed' ? [`${event.dropped} ${event.unit}`] : [],
  );
  assert.deepEqual(told, ['99 ssh.service', '1 ssh.service']);
  const problems = () => agent.status().problems.map(({ message }) => message);
  assert.deepEqual(problems(), ['journald dropped entries, an attack may hide behind it: 100 of ssh.service']);
  assert.equal(lab.told('problem'), 0, 'it was told already');
  await lab.clock.advance(61 * MINUTE);
  assert.deepEqual(problems(), []);
});

test('a comparison that the firewall refuses says so, whatever else went wrong since', async () => {
  const { agent } = await lab.start();
  lab.firewall.lose();
  await assert.rejects(agent.verify(), { code: 'FIREWALL_UNAVAILABLE' });
  lab.disk.failure = new F2bError('STORE_FULL', 'disk');
  await lab.fail(ATTACKER, 1);
  await lab.carriedOut();
  assert.equal(agent.status().problems.length, 2);
  await assert.rejects(agent.verify(), { code: 'FIREWALL_UNAVAILABLE' });
  await lab.firewall.recover();
  await lab.settle();
  assert.deepEqual(await agent.verify(), { added: 0, removed: 0 });
});

test('a run until idle decides by the entries’ times alone, however late it runs', async () => {
  await lab.fail(ATTACKER, 4);
  await lab.clock.advance(11 * MINUTE);
  await lab.fail(ATTACKER, 4);
  await lab.fail(NEIGHBOUR, 5);
  await lab.clock.advance(60 * MINUTE);
  const { done } = await lab.start({ untilIdle: true });
  await done;
  assert.deepEqual(
    [...lab.disk.bans.values()].map((ban) => ban.address.text),
    [NEIGHBOUR],
  );
  assert.deepEqual(lab.firewall.entries(), [], 'a ban whose time is over is recorded, not enforced');
});

test('an unban waits for the firewall’s word on itself, not on what others asked for', async () => {
  const { agent } = await lab.start();
  const neighbour = parseAddress(NEIGHBOUR) ?? assert.fail();
  await agent.ban({ addresses: [neighbour] });
  const ban = lab.firewall.ban.bind(lab.firewall);
  let go = () => {};
  const paused = new Promise<void>((resolve) => {
    go = resolve;
  });
  lab.firewall.ban = (bans) => paused.then(() => ban(bans));
  await lab.fail(ATTACKER, 5);
  assert.equal((await agent.unban(neighbour)).length, 1);
  assert.deepEqual(lab.enforced, []);
  const asked = agent.ban({ addresses: [neighbour] });
  await lab.settle();
  go();
  const [view] = await asked;
  assert.equal(view?.state, 'enforced');
});
