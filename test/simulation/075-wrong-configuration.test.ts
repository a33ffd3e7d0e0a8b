/** A start with a wrong configuration: the host is guarded all the same, and nobody can overlook what is wrong. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { createAgentConfiguration } from '../../src/bin/agent/agent-configuration.js';
import { anAddress } from '../fakes/values.js';
import { repository } from '../support/repository.js';
import { AgentLab } from './agent-lab.js';

const ATTACKER = '203.0.113.5';

let lab: AgentLab;
beforeEach(() => {
  lab = new AgentLab();
});
afterEach(() => lab.dispose());

/** The file that the last good configuration is kept in. */
const kept = () => join(lab.kept, 'good-configuration');

/** A good run with a jail and a filter of the site's own, then a typo in each of them and in f2bd.conf's place. */
async function spoil(limits = ''): Promise<void> {
  lab.configure('ssh.service', `[Jail]\nFilter=own\n[Ban]\nMaxRetry=2\n${limits}\n`);
  lab.filter('own', '[Definition]\nfailregex = ^\\S+ \\S+: Failed password for .* from <HOST>\n');
  await lab.start();
  await lab.until(() => existsSync(kept()));
  await lab.stop();
  lab.configure('ssh.service', '[Jail]\nFiltre=own\n');
  lab.filter('own', '[Definition]\nfailregex = (\n');
}

test('the last good configuration goes on, with its filters, and says so until it is mended', async () => {
  await spoil();
  const { agent } = await lab.start();
  const [problem, ...others] = agent.status().problems;
  assert.deepEqual(others, []);
  assert.match(problem?.message ?? '', /^the configuration is not valid: .*ssh\.service\.conf:2: .*Filtre/);
  assert.match(problem?.hint ?? '', /until then the last good one, of \d{4}-\d\d-\d\d \d\d:\d\d:\d\d \S+, is in force/);
  assert.match(lab.statusLine, /^Guarding 1 jail, but the configuration is not valid/);
  assert.equal(lab.told('problem'), 1);
  await lab.fail(ATTACKER, 2);
  assert.deepEqual(lab.enforced, [ATTACKER]);

  await assert.rejects(agent.reload());
  assert.equal(agent.status().problems.length, 1);
  lab.configure('ssh.service', '[Jail]\nFilter=sshd\n[Ban]\nMaxRetry=9\n');
  await agent.reload();
  assert.deepEqual([agent.status().problems, lab.told('resolved')], [[], 1]);
});

test('what is kept is what was good when it was to be kept, though a wrong one is being read by then', async () => {
  const places = { configDirectory: join(lab.kept, 'etc'), shippedDirectory: repository };
  mkdirSync(places.configDirectory);
  const configuration = createAgentConfiguration(places, lab.kept);
  assert.deepEqual((await configuration.loadConfig()).problems, []);
  const keeping = configuration.keepConfiguration();
  writeFileSync(join(places.configDirectory, 'f2bd.conf'), 'a typo');
  assert.notDeepEqual((await configuration.loadConfig()).problems, []);
  await keeping;
  const lastGood = await configuration.fallbacks()[0]?.sources.loadConfig();
  assert.deepEqual(lastGood?.problems, []);
});

test('a second start with a wrong configuration falls back on the same one', async () => {
  await spoil();
  for (const _ of [1, 2]) {
    await lab.start();
    await lab.stop();
  }
  const { agent } = await lab.start();
  assert.match(agent.status().problems[0]?.hint ?? '', /the last good one/);
  await lab.fail(ATTACKER, 2);
  assert.deepEqual(lab.enforced, [ATTACKER]);
});

for (const [what, prepare] of [
  ['where none was kept', () => {}],
  ['where what was kept cannot be read', () => writeFileSync(kept(), 'no record')],
  ['where what was kept is not good any more', () => writeFileSync(kept(), '"elsewhere"\n[]')],
] as const) {
  test(`${what}, what is shipped guards sshd`, async () => {
    lab.configure('ssh.service', '[Jail]\nFiltre=sshd\n');
    prepare();
    const { agent } = await lab.start();
    assert.match(
      agent.status().problems[0]?.hint ?? '',
      /until then what is shipped, sshd with its defaults, is in force/,
    );
    await lab.fail(ATTACKER, 5);
    assert.deepEqual(lab.enforced, [ATTACKER]);
  });
}

test('a run that ends by itself refuses a wrong configuration', async () => {
  await spoil();
  await assert.rejects(lab.start({ untilIdle: true }), { code: 'CONFIG_INVALID' });
});

test('what is kept is for the agent alone to read', async () => {
  await lab.start();
  await lab.until(() => existsSync(kept()));
  assert.equal(statSync(kept()).mode & 0o777, 0o600);
});

test('whom a wrong configuration spares is not banned after a reload that refused it, until it is written otherwise', async () => {
  lab.configure('ssh.service', '[Jail]\nFilter=sshd\n[Ban]\nMaxRetry=2\n');
  const { agent } = await lab.start();
  lab.configure('ssh.service', `[Jail]\nFiltre=own\n[Ban]\nIgnoreIP=${ATTACKER}\n`);
  await assert.rejects(agent.reload(), { code: 'CONFIG_INVALID' });
  for (const address of [ATTACKER, '203.0.113.6']) await lab.fail(address, 2);
  assert.deepEqual(lab.enforced, ['203.0.113.6']);

  lab.configure('ssh.service', '[Jail]\nFiltre=own\n[Ban]\nIgnoreIP=203.0.113.6\n');
  await assert.rejects(agent.reload(), { code: 'CONFIG_INVALID' });
  await lab.fail(ATTACKER, 2);
  assert.deepEqual(lab.enforced, [ATTACKER]);
});

const OWN = '10.99.0.2';

for (const { good = '', wrong, spared } of [
  { wrong: `IgnoreIP=${ATTACKER}`, spared: ATTACKER },
  { wrong: 'SpareLoggedIn=yes', spared: ATTACKER },
  { wrong: 'IgnoreCommand=/usr/bin/wrong <ip>', spared: ATTACKER },
  { good: 'IgnoreCommand=/usr/bin/good <ip>', wrong: 'IgnoreCommand=/usr/bin/wrong <ip>', spared: ATTACKER },
  { good: 'IgnoreCommand=/usr/bin/wrong <ip>', wrong: 'IgnoreCommand=/usr/bin/other <ip>', spared: ATTACKER },
  { good: 'IgnoreSelf=no', wrong: 'IgnoreSelf=yes', spared: OWN },
  { good: 'IgnoreSelf=yes', wrong: 'IgnoreSelf=no', spared: OWN },
]) {
  const instead = good === '' ? '' : ` in the place of ${good}`;
  test(`whom a wrong configuration spares by ${wrong}${instead} is not banned by the last good one`, async () => {
    await spoil(good);
    lab.loggedIn = async () => [anAddress(ATTACKER)];
    lab.ignoreCommand = async ([program], address) => program === '/usr/bin/wrong' && address === ATTACKER;
    lab.configure('ssh.service', `[Jail]\nFiltre=own\n[Ban]\n${wrong}\n`);
    await lab.start();
    await lab.fail(spared, 2);
    await lab.fail('203.0.113.6', 2);
    assert.deepEqual(lab.enforced, ['203.0.113.6']);
  });
}
