import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { parseAddress } from '../../src/core/address/address.js';
import { AgentLab, MINUTE, SECOND } from './agent-lab.js';

const ATTACKER = '203.0.113.5';
const address = (text: string) => parseAddress(text) ?? assert.fail(text);
const list = join(tmpdir(), `f2b-spared-${process.pid}`);

let lab: AgentLab;
beforeEach(() => {
  lab = new AgentLab();
});
afterEach(async () => {
  await lab.dispose();
  rmSync(list, { recursive: true, force: true });
});

const configure = (ban: string) =>
  lab.configure('ssh.service', `[Jail]\nFilter=sshd\nEnabled=yes\n[Journal]\nUnit=ssh.service\n[Ban]\n${ban}\n`);

const sparedBy = () => lab.notifier.events.flatMap((event) => (event.kind === 'spared' ? [event.by] : []));

test('a host name in IgnoreIP= spares what it stands for, also after that has changed', async () => {
  configure('IgnoreIP=home.example');
  lab.names.set('home.example', [address('203.0.113.5')]);
  await lab.start();
  await lab.clock.advance(2 * SECOND);
  await lab.fail(ATTACKER, 1);
  await lab.carriedOut();
  assert.deepEqual(sparedBy(), ['ignoreip']);
  lab.names.set('home.example', [address('203.0.113.6')]);
  await lab.clock.advance(6 * MINUTE);
  await lab.fail('198.51.100.1', 1);
  await lab.clock.advance(2 * SECOND);
  await lab.fail('203.0.113.6', 1);
  await lab.fail(ATTACKER, 5);
  assert.deepEqual(lab.enforced, [ATTACKER]);
  assert.deepEqual(sparedBy(), ['ignoreip', 'ignoreip']);
});

test('what failed while a host name in IgnoreIP= was first resolved is decided when it is known', async () => {
  configure('IgnoreIP=home.example');
  lab.resolve = async () => {
    await new Promise<void>((resolve) => lab.clock.at(lab.clock.now() + SECOND, resolve));
    return [address(ATTACKER)];
  };
  await lab.start();
  await lab.fail(ATTACKER, 5);
  await lab.clock.advance(2 * SECOND);
  await lab.settle();
  await lab.carriedOut();
  assert.deepEqual([lab.enforced, sparedBy().length], [[], 5]);
});

test('a host name in IgnoreIP= that no name server knew at boot is asked for again some seconds later', async () => {
  configure('IgnoreIP=admin.example.net');
  await lab.start();
  lab.names.set('admin.example.net', [address(ATTACKER)]);
  await lab.clock.advance(11 * SECOND);
  await lab.fail(ATTACKER, 5);
  assert.deepEqual(lab.enforced, []);
});

test('a list that only a jail out of force names is nobody’s problem', async () => {
  lab.configure('nginx', `[Jail]\nEnabled=no\nFilter=sshd\n[Ban]\nIgnoreIP=file:${list}\n`);
  const { agent } = await lab.start();
  assert.deepEqual(agent.status().problems, []);
});

test('a file of addresses is read again when it changes, without a reload', async () => {
  writeFileSync(list, '# friends\n203.0.113.0/24, 2001:db8::/32 ; all of them\nnot-an-address\n');
  configure(`IgnoreIP=file:${list}`);
  await lab.start();
  await lab.fail(ATTACKER, 6);
  assert.deepEqual(lab.enforced, []);
  writeFileSync(list, '198.51.100.7\n');
  await lab.clock.advance(2 * SECOND);
  await lab.fail(ATTACKER, 5);
  assert.deepEqual(lab.enforced, [ATTACKER]);
});

test('a file of addresses that is missing is told once, also before anybody fails, and read when it appears', async () => {
  configure(`IgnoreIP=file:${list}`);
  lab.configure('nginx', `[Jail]\nFilter=sshd\n[Journal]\nUnit=nginx.service\n[Ban]\nIgnoreIP=file:${list}\n`);
  const { agent } = await lab.start();
  const problems = () => agent.status().problems.map(({ message }) => message);
  const missing = [`a list of addresses named in IgnoreIP= cannot be read: ${list}`];
  assert.deepEqual(problems(), missing);
  await lab.fail(ATTACKER, 4);
  await lab.clock.advance(2 * SECOND);
  await lab.fail('198.51.100.1', 1);
  assert.deepEqual([problems(), lab.told('problem')], [missing, 1]);
  writeFileSync(list, `${ATTACKER}\n`);
  await lab.clock.advance(2 * SECOND);
  await lab.fail(ATTACKER, 1);
  assert.deepEqual([problems(), lab.told('resolved')], [[], 1]);
  assert.deepEqual(lab.enforced, []);
  rmSync(list);
  await lab.clock.advance(2 * SECOND);
  await lab.fail('198.51.100.1', 1);
  assert.deepEqual([problems(), lab.told('problem')], [missing, 2]);
  await agent.reload();
  assert.deepEqual([problems(), lab.told('problem')], [missing, 2], 'a reload does not tell it again');
  lab.configure('nginx', '[Jail]\nFilter=sshd\nEnabled=no\n[Journal]\nUnit=nginx.service\n');
  configure('');
  await agent.reload();
  assert.deepEqual(problems(), []);
});

test('a folder in the place of a file of addresses spares nobody and stops nothing', async () => {
  mkdirSync(list);
  configure(`IgnoreIP=file:${list}`);
  await lab.start();
  await lab.fail(ATTACKER, 5);
  assert.deepEqual(lab.enforced, [ATTACKER]);
  assert.equal(lab.told('problem'), 1);
});

test('IgnoreCommand= is asked once for an address, and its answer spares', async () => {
  configure('IgnoreCommand=/usr/bin/is-friend <ip>');
  const asked: string[] = [];
  lab.ignoreCommand = async (argv, who) => {
    asked.push(`${argv.join(' ')} ${who}`);
    return who === ATTACKER;
  };
  await lab.start();
  await lab.fail(ATTACKER, 6);
  await lab.fail('198.51.100.1', 6);
  assert.deepEqual(lab.enforced, ['198.51.100.1']);
  assert.deepEqual(asked, [`/usr/bin/is-friend <ip> ${ATTACKER}`, '/usr/bin/is-friend <ip> 198.51.100.1']);
});

test('a command that never answers holds decisions up for five seconds, and reading not at all', async () => {
  configure('IgnoreCommand=/usr/bin/hang');
  lab.ignoreCommand = () => new Promise(() => {});
  const { agent } = await lab.start();
  await lab.fail(ATTACKER, 6);
  assert.equal(agent.status().entries, 6);
  assert.deepEqual(lab.enforced, []);
  await lab.clock.advance(6 * SECOND);
  await lab.settle();
  assert.deepEqual(lab.enforced, [ATTACKER]);
});

test('a storm of attackers starts few commands at a time, and those that come too late are asked for again', async () => {
  configure('IgnoreCommand=/usr/bin/slow\nMaxRetry=2');
  const answers: (() => void)[] = [];
  let [underway, most, asked] = [0, 0, 0];
  lab.ignoreCommand = async (_, who) => {
    asked += 1;
    underway += 1;
    most = Math.max(most, underway);
    await new Promise<void>((resolve) => answers.push(resolve));
    underway -= 1;
    return who === '10.0.0.39';
  };
  await lab.start();
  for (let n = 0; n < 40; n += 1) await lab.fail(`10.0.0.${n}`, 1);
  assert.deepEqual([most, asked], [8, 8]);
  await lab.clock.advance(6 * SECOND);
  for (let round = 0; round < 20; round += 1) {
    for (const answer of answers.splice(0)) answer();
    await lab.settle();
  }
  assert.deepEqual([most, asked], [8, 8], 'what nobody waits for any more is not started');
  await lab.fail('10.0.0.39', 1);
  for (const answer of answers.splice(0)) answer();
  await lab.settle();
  assert.deepEqual([asked, lab.enforced], [9, []]);
});

test('names that take their time leave threads for the memory', async () => {
  configure('UseDNS=yes');
  let [underway, most] = [0, 0];
  lab.resolve = async () => {
    underway += 1;
    most = Math.max(most, underway);
    return new Promise(() => {});
  };
  await lab.start();
  for (let n = 0; n < 20; n += 1)
    await lab.log(`User root from host${n}.example not allowed because not listed in AllowUsers`);
  await lab.fail(ATTACKER, 5);
  await lab.clock.advance(6 * SECOND);
  await lab.settle();
  assert.deepEqual([most, lab.enforced], [2, [ATTACKER]]);
});

test('decisions stay in the order of the entries while an answer is awaited, and a crash loses none', async () => {
  configure('IgnoreCommand=/usr/bin/hang');
  lab.ignoreCommand = () => new Promise(() => {});
  await lab.start();
  await lab.fail(ATTACKER, 5);
  lab.kill();
  assert.equal(lab.disk.failures.size, 0);
  lab.ignoreCommand = async () => false;
  await lab.start();
  await lab.settle();
  assert.deepEqual(lab.enforced, [ATTACKER]);
  assert.equal([...lab.disk.bans.values()][0]?.failures, 5);
});

test('SpareLoggedIn= spares the address of a live login session', async () => {
  configure('SpareLoggedIn=yes');
  lab.loggedIn = async () => [address(ATTACKER)];
  await lab.start();
  await lab.fail(ATTACKER, 6);
  assert.deepEqual(lab.enforced, []);
  await lab.carriedOut();
  assert.deepEqual(new Set(sparedBy()), new Set(['logged-in']));
});

test('while logind does not answer, whoever was logged in stays spared, and a problem says why', async () => {
  configure('SpareLoggedIn=yes');
  lab.loggedIn = async () => [address(ATTACKER)];
  const { agent } = await lab.start();
  const problems = () => agent.status().problems.map(({ message }) => message);
  await lab.fail(ATTACKER, 1);
  lab.loggedIn = () => Promise.reject(new Error('logind: Connection timed out'));
  await lab.clock.advance(MINUTE);
  assert.deepEqual(problems(), [], 'nobody asked');
  await lab.fail(ATTACKER, 5);
  await lab.fail('198.51.100.1', 5);
  assert.deepEqual(lab.enforced, ['198.51.100.1']);
  const text = 'it is not known who is logged in, and SpareLoggedIn= goes by what was known last';
  assert.deepEqual([problems(), lab.told('problem')], [[`${text}: logind: Connection timed out`], 1]);
  lab.loggedIn = async () => [];
  await lab.clock.advance(MINUTE);
  assert.deepEqual([problems(), lab.told('resolved')], [[], 1], 'it is asked again by itself');
  await lab.fail(ATTACKER, 5);
  assert.deepEqual(lab.enforced, ['198.51.100.1', ATTACKER]);
});

test('who is logged in is asked before anybody fails, and no more once no jail wants to know', async () => {
  configure('SpareLoggedIn=yes');
  let asked = 0;
  lab.loggedIn = () => {
    asked += 1;
    return Promise.reject(new Error('logind: The name is not activatable'));
  };
  const { agent } = await lab.start();
  assert.deepEqual([asked, agent.status().problems.length], [1, 1]);
  configure('SpareLoggedIn=no');
  await agent.reload();
  assert.deepEqual(agent.status().problems, []);
  await lab.clock.advance(10 * MINUTE);
  assert.equal(asked, 1);
});

test('what ends while a decision waits ends after it: no failure falls out of the window early', async () => {
  configure('SpareLoggedIn=yes\nMaxRetry=2\nFindTime=10s\nBanTime=20s');
  await lab.start();
  await lab.fail('198.51.100.1', 2);
  await lab.clock.advance(9.5 * SECOND);
  await lab.fail(ATTACKER, 1);
  await lab.clock.advance(9.5 * SECOND);
  // The answer comes two seconds after the first ban has ended.
  lab.loggedIn = () => new Promise((resolve) => lab.clock.at(lab.clock.now() + 3 * SECOND, () => resolve([])));
  await lab.fail(ATTACKER, 1);
  await lab.clock.advance(4 * SECOND);
  assert.deepEqual(lab.enforced, [ATTACKER]);
});

test('a source of a zone of the firewall is recorded, not banned, and the zone is named', async () => {
  lab.firewall.setZoneSources([
    { zone: 'trusted', address: address('203.0.113.0/24') },
    { zone: 'internal', address: address('2001:db8::5') },
  ]);
  const { agent } = await lab.start();
  await lab.fail(ATTACKER, 6);
  await lab.fail('2001:db8::5', 6);
  await lab.fail('2001:db8::6', 5);
  assert.deepEqual(lab.enforced, ['2001:db8::6'], 'alone, as the network around it would hit a source');
  const zones = lab.notifier.events.flatMap((event) => (event.kind === 'spared' ? [`${event.by} ${event.zone}`] : []));
  assert.deepEqual(new Set(zones), new Set(['firewall-zone trusted', 'firewall-zone internal']));
  await assert.rejects(agent.ban({ addresses: [address('203.0.0.0/16')] }), {
    code: 'BAN_REFUSED',
    message: /: it is a source of zone trusted$/,
  });
  await agent.ban({ addresses: [address(ATTACKER)], force: true });
  assert.ok(lab.enforced.includes(ATTACKER));
});

test('an address that becomes a source of a zone is free, and one that is none any more is not spared', async () => {
  await lab.start();
  await lab.fail(ATTACKER, 5);
  assert.deepEqual(lab.enforced, [ATTACKER]);
  lab.firewall.setZoneSources([{ zone: 'trusted', address: address(ATTACKER) }]);
  await lab.settle();
  assert.deepEqual(lab.enforced, []);
  lab.firewall.setZoneSources([]);
  await lab.fail(ATTACKER, 5);
  assert.deepEqual(lab.enforced, [ATTACKER]);
});

test('allowing an address lifts its bans and spares it until the time is over', async () => {
  const { agent } = await lab.start();
  await lab.fail(ATTACKER, 5);
  const lifted = await agent.allow({ address: address('203.0.113.0/24'), until: lab.clock.now() + 5 * MINUTE });
  assert.equal(lifted.length, 1);
  await lab.fail(ATTACKER, 5);
  assert.deepEqual(lab.enforced, []);
  assert.equal(agent.allowances().length, 1);
  await lab.clock.advance(6 * MINUTE);
  assert.deepEqual(agent.allowances(), []);
  await lab.fail(ATTACKER, 5);
  assert.deepEqual(lab.enforced, [ATTACKER]);
});

test('of addresses that are allowed or no longer at the same moment none is lost', async () => {
  const { agent } = await lab.start();
  const until = lab.clock.now() + 60 * MINUTE;
  const [first, second, third] = ['198.51.100.1', '198.51.100.2', '198.51.100.3'].map(address);
  assert.ok(first && second && third);
  await Promise.all([first, second, third].map((one) => agent.allow({ address: one, until })));
  assert.equal(lab.disk.allowances.length, 3);
  await Promise.all([agent.disallow(first), agent.disallow(second)]);
  assert.deepEqual(
    lab.disk.allowances.map(({ address: { text } }) => text),
    [third.text],
  );
});

test('an allowance outlives a crash', async () => {
  const { agent } = await lab.start();
  await agent.allow({ address: address(ATTACKER), until: lab.clock.now() + 60 * MINUTE, reason: 'office' });
  lab.kill();
  const again = await lab.start();
  assert.deepEqual(
    again.agent.allowances().map(({ reason }) => reason),
    ['office'],
  );
  assert.equal((await again.agent.disallow(address('203.0.113.0/24'))).length, 1);
  await lab.fail(ATTACKER, 5);
  assert.deepEqual(lab.enforced, [ATTACKER]);
});

test('a host name as offender is resolved, and what it stands for is banned', async () => {
  configure('UseDNS=yes');
  lab.names.set('scanner.example', [address(ATTACKER), address('2001:db8::5')]);
  await lab.start();
  for (let n = 0; n < 5; n += 1)
    await lab.log('User root from scanner.example not allowed because not listed in AllowUsers');
  assert.deepEqual([...lab.enforced].sort(), ['2001:db8::/64', ATTACKER]);
});

const refusal = 'User root from scanner.example not allowed because not listed in AllowUsers';

test('UseDNS=warn bans too, and warns of each name once', async () => {
  configure('UseDNS=warn');
  lab.names.set('scanner.example', [address(ATTACKER), address('2001:db8::5')]);
  await lab.start();
  for (let n = 0; n < 5; n += 1) await lab.log(refusal);
  assert.deepEqual([...lab.enforced].sort(), ['2001:db8::/64', ATTACKER]);
  const told = lab.notifier.events.flatMap((event) =>
    event.kind === 'looked-up' ? [[event.jail, event.name, event.addresses.map(({ text }) => text)]] : [],
  );
  assert.deepEqual(told, [['ssh.service', 'scanner.example', [ATTACKER, '2001:db8::5']]]);
  const kinds = lab.notifier.events
    .map(({ kind }) => kind)
    .filter((kind) => kind === 'looked-up' || kind === 'failure');
  assert.equal(kinds[0], 'looked-up', 'before what came of it');
});

test('UseDNS=yes says nothing, and a name that stands for nobody is no failure', async () => {
  configure('UseDNS=yes');
  lab.names.set('scanner.example', [address(ATTACKER)]);
  await lab.start();
  await lab.log(refusal);
  await lab.log('User root from nobody.example not allowed because not listed in AllowUsers');
  await lab.carriedOut();
  assert.deepEqual([lab.told('failure'), lab.told('looked-up')], [1, 0]);
});

test('a name or a number that stands for nobody is told once, and no more than a hundred of them', async () => {
  lab.filter('names', unwanted('<HOST>'));
  lab.configure('ssh.service', '[Jail]\nFilter=names\n[Ban]\nMaxRetry=1\n');
  const asked: string[] = [];
  lab.names.get = (name) => {
    asked.push(name);
    return undefined;
  };
  await lab.start();
  const numbers = ['5', '1.2', '0x7f000001', '017700000001', '127.1', '1.2.3.0x4'];
  for (const name of [...numbers, 'nobody.example', 'nobody.example'])
    await lab.log(`User root from ${name} not allowed because not listed in AllowUsers`);
  const told = () => lab.notifier.events.flatMap((event) => (event.kind === 'unresolved' ? [event] : []));
  assert.deepEqual(
    told().map(({ name }) => name),
    [...numbers, 'nobody.example'],
  );
  assert.deepEqual([asked, lab.enforced], [['nobody.example'], []], 'numbers are not even looked up');
  for (let at = 0; at < 150; at += 1) await lab.log(`User root from h${at}.example not allowed because x`);
  assert.deepEqual([told().length, told().filter(({ isLast }) => isLast).length], [100, 1]);
});

for (const [what, tags] of [
  ['an id', '<F-ID>\\w+</F-ID>#b'],
  ['a tuple', '<F-TUPLE_ID_1>\\w+</F-TUPLE_ID_1>#<F-TUPLE_ID_2>\\w+</F-TUPLE_ID_2>'],
] as const) {
  test(`of ${what} that is no address, the address beside it is banned`, async () => {
    lab.filter('names', unwanted(`${tags} <ADDR>`));
    lab.configure('ssh.service', '[Jail]\nFilter=names\n[Ban]\nMaxRetry=1\n');
    await lab.start();
    await lab.log(`User root from a#b ${ATTACKER} not allowed because x`);
    assert.deepEqual(lab.enforced, [ATTACKER]);
  });
}

const unwanted = (tag: string) =>
  `[Definition]\nfailregex = ^\\s*\\S+ sshd\\[\\d+\\]: User root from ${tag} not allowed\n`;

test('UseDNS=no counts no name, though another jail or IgnoreIP= knows what it stands for', async () => {
  lab.filter('names', unwanted('<DNS>'));
  lab.configure(
    'names',
    '[Jail]\nFilter=names\n[Journal]\nUnit=ssh.service\n[Ban]\nUseDNS=no\nIgnoreIP=scanner.example\nMaxRetry=1\n',
  );
  configure('UseDNS=yes');
  lab.names.set('scanner.example', [address(ATTACKER)]);
  const { agent } = await lab.start();
  for (let n = 0; n < 2; n += 1) await lab.log(refusal);
  const figures = agent.status().jails.map(({ name, failures }) => [name, failures]);
  assert.deepEqual(figures, [
    ['names', 0],
    ['ssh.service', 2],
    ['manual', 0],
  ]);
});

test('what a filter captures as an id is never looked up, though a host has that name', async () => {
  lab.filter('names', unwanted('<F-ID>\\S+</F-ID>'));
  lab.configure('ssh.service', '[Jail]\nFilter=names\n[Ban]\nUseDNS=yes\nMaxRetry=1\n');
  const asked: string[] = [];
  lab.names.get = (name) => {
    asked.push(name);
    return [address(ATTACKER)];
  };
  await lab.start();
  await lab.log(refusal);
  assert.deepEqual([asked, lab.enforced], [[], []]);
});
