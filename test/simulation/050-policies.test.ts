import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { AgentLab, MINUTE, SECOND } from './agent-lab.js';

const ATTACKER = '203.0.113.5';

let lab: AgentLab;
beforeEach(() => {
  lab = new AgentLab();
});
afterEach(async () => {
  await lab.dispose();
});

const configure = (ban: string) =>
  lab.configure('ssh.service', `[Jail]\nFilter=sshd\nEnabled=yes\n[Journal]\nUnit=ssh.service\n[Ban]\n${ban}\n`);

test('who is spared from a reload on is released', async () => {
  const { agent } = await lab.start();
  await lab.fail(ATTACKER, 5);
  configure('IgnoreIP=203.0.113.0/24');
  await agent.reload();
  assert.deepEqual(lab.enforced, []);
  assert.deepEqual(lab.firewall.entries(), []);
});

test('a repeat offender of any jail is banned by the recidive jail, over a crash in between', async () => {
  lab.configure('recidive', '[Jail]\nSource=bans\nEnabled=yes\n[Ban]\nMaxRetry=3\nFindTime=1d\nBanTime=1w\n');
  await lab.start();
  for (let round = 0; round < 3; round += 1) {
    await lab.fail(ATTACKER, 5);
    await lab.clock.advance(11 * MINUTE);
    if (round === 1) {
      lab.kill();
      await lab.start();
    }
  }
  assert.deepEqual(lab.enforced, [ATTACKER]);
  await lab.clock.advance(6 * 24 * 60 * MINUTE);
  assert.deepEqual(lab.enforced, [ATTACKER]);
});

test('the recidive jail is shown with the others', async () => {
  lab.configure('recidive', '[Jail]\nSource=bans\nEnabled=yes\n');
  const { agent } = await lab.start();
  assert.deepEqual(
    agent
      .status()
      .jails.map((jail) => jail.name)
      .sort(),
    ['manual', 'recidive', 'ssh.service'],
  );
});

test('ban times grow from ban to ban, over crashes in between', async () => {
  configure('BanTimeIncrement=yes\nBanTime=10min\nOffenderMemory=30d');
  const times: number[] = [];
  await lab.start();
  for (let round = 0; round < 4; round += 1) {
    await lab.fail(ATTACKER, 5);
    const ban = [...lab.disk.bans.values()][0] ?? assert.fail('no ban');
    times.push((ban.until - ban.since) / MINUTE);
    lab.kill();
    await lab.start();
    await lab.clock.advance(ban.until - lab.clock.now() + SECOND);
    assert.deepEqual(lab.enforced, []);
  }
  assert.deepEqual(times, [10, 20, 40, 80]);
});

test('addresses of one network become one ban of the network', async () => {
  configure('AggregateAfter=3');
  await lab.start();
  for (const host of [1, 2, 3]) await lab.fail(`203.0.113.${host}`, 5);
  assert.deepEqual(lab.enforced, ['203.0.113.0/24']);
});

test('one account tried from many addresses gets all of them banned', async () => {
  configure('MaxRetryUser=4');
  await lab.start();
  for (const host of [1, 2, 3, 4])
    await lab.log(`Failed password for root from 198.51.100.${host} port 1 ssh2`, {}, host);
  assert.equal(lab.enforced.length, 4);
});

test('a true login forgets the failures before it, where that is wanted', async () => {
  configure('ResetOnSuccess=yes');
  await lab.start();
  await lab.fail(ATTACKER, 4);
  await lab.log(`Accepted password for bob from ${ATTACKER} port 9 ssh2`, {}, 900);
  await lab.fail(ATTACKER, 4);
  assert.deepEqual(lab.enforced, []);
  await lab.fail(ATTACKER, 1);
  assert.deepEqual(lab.enforced, [ATTACKER]);
});

test('a jail for lines of a log file judges the message alone, by the date in it', async () => {
  const definition = '[Definition]\nfailregex = ^<HOST> \\S+ \\S+ \\[\\] "POST /login HTTP/1\\.1" 401 ';
  lab.filter('login', definition);
  lab.configure('web', '[Jail]\nFilter=login\n[Journal]\nUnit=web.service\nLogType=file\n[Ban]\nMaxRetry=2\n');
  await lab.start();
  const log = (address: string, ago: number) => {
    const at = new Date(lab.clock.now() / 1_000 - ago * 1_000).toISOString();
    const text = `${address} - - [${at}] "POST /login HTTP/1.1" 401 12`;
    return lab.log(text, { MESSAGE: text, _SYSTEMD_UNIT: 'web.service', SYSLOG_IDENTIFIER: 'web' });
  };
  // Five hours apart, though they came at once: a file that was not followed for a while.
  await log(ATTACKER, 5 * 3_600);
  await log(ATTACKER, 1);
  assert.deepEqual(lab.enforced, []);
  await log(ATTACKER, 0);
  assert.deepEqual(lab.enforced, [ATTACKER]);
});
