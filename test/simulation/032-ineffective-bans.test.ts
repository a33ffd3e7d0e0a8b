/** Bans that the firewall holds, and that do not keep their addresses out. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import type { Running } from '../../src/daemon/lifecycle.js';
import { anAddress } from '../fakes/values.js';
import { AgentLab, MINUTE, SECOND } from './agent-lab.js';

const ATTACKER = '203.0.113.5';

let lab: AgentLab;
beforeEach(() => {
  lab = new AgentLab();
});
afterEach(() => lab.dispose());

const configure = (ban = '') =>
  lab.configure(
    'ssh.service',
    `[Jail]\nFilter=sshd\n[Journal]\nUnit=ssh.service\n[Ban]\nBanTime=1d\nMaxRetry=2\n${ban}\n`,
  );

async function banned(ban = ''): Promise<Running> {
  configure(ban);
  const running = await lab.start();
  await lab.fail(ATTACKER, 2);
  await lab.carriedOut();
  assert.deepEqual(lab.enforced, [ATTACKER]);
  return running;
}

/** Fails so often, once a second. */
async function goOn(times: number, address = ATTACKER): Promise<void> {
  for (let n = 0; n < times; n += 1) {
    await lab.clock.advance(SECOND);
    await lab.fail(address, 1);
  }
  await lab.carriedOut();
}

const problems = async () => (await lab.client.status()).problems.map(({ message }) => message);
const told = () => lab.notifier.events.flatMap((event) => (event.kind === 'ineffective' ? [event] : []));

const causes: readonly (readonly [
  what: string,
  ban: string,
  seen: readonly number[] | undefined,
  cause: object,
  words: RegExp,
])[] = [
  ['a proxy in front', '', [], { kind: 'elsewhere' }, /a proxy or content network \(CDN\) stands in front/],
  [
    'a port that is not closed',
    'Disposition=ports\nPorts=22 80-90',
    [22, 2222],
    { kind: 'open-port', port: 2222 },
    /it comes to port 2222, which the ban does not close/,
  ],
  [
    'a path past the firewall to a port that is closed',
    'Disposition=ports\nPorts=22 80-90',
    [85],
    { kind: 'past', port: 85 },
    /it reaches port 85, which is closed to it/,
  ],
  ['a path past the firewall', '', [22], { kind: 'past', port: 22 }, /something lets it past the firewall/],
  [
    'nobody who can look, and only ports are closed',
    'Disposition=ports\nPorts=22',
    undefined,
    { kind: 'open-port' },
    /it probably comes to a port that the ban does not close/,
  ],
  ['nobody who can look', '', undefined, { kind: 'elsewhere' }, /a proxy/],
];

for (const [what, ban, seen, cause, words] of causes) {
  test(`a ban that does not keep its address out is told once, in status, why and an event: ${what}`, async () => {
    await banned(ban);
    lab.portsReached = seen;
    await goOn(30);
    assert.deepEqual(
      told().map((event) => [event.ban.address.text, event.failures, event.cause]),
      [[ATTACKER, 10, cause]],
    );
    const [problem = '', ...others] = await problems();
    assert.match(problem, /^a banned address goes on failing .*: 203\.0\.113\.5 in ssh\.service; /);
    assert.match(problem, words);
    assert.deepEqual(others, []);
    const [explained] = (await lab.client.why(anAddress(ATTACKER))).bans;
    assert.deepEqual(explained?.ineffective?.cause, cause);
    assert.ok((explained?.ineffective?.failures ?? 0) >= 25);
  });
}

test('it is no problem any more when the ban is over, or was quiet for an hour', async () => {
  const running = await banned();
  await goOn(20);
  assert.equal((await problems()).length, 1);
  await running.agent.unban(anAddress(ATTACKER));
  await lab.clock.advance(2 * MINUTE);
  await lab.settle();
  assert.deepEqual(await problems(), []);
  await lab.fail(ATTACKER, 2);
  await lab.carriedOut();
  await goOn(20);
  assert.equal(told().length, 2);
  await lab.clock.advance(62 * MINUTE);
  await lab.settle();
  assert.deepEqual([await problems(), lab.enforced], [[], [ATTACKER]]);
  assert.equal(lab.told('resolved'), 2);
});

const harmless: readonly (readonly [string, () => Promise<void>])[] = [
  ['what was judged just before the ban took hold', () => lab.fail(ATTACKER, 20)],
  [
    'the ends of connections that the ban broke',
    async () => {
      await lab.clock.advance(115 * SECOND);
      await lab.fail(ATTACKER, 9);
    },
  ],
  [
    'two failures long after the ban',
    async () => {
      await lab.clock.advance(10 * MINUTE);
      await lab.fail(ATTACKER, 2);
    },
  ],
  ['other addresses that fail', () => goOn(1, '198.51.100.1')],
];

for (const [what, happen] of harmless) {
  test(`nothing is told of ${what}`, async () => {
    configure();
    await lab.start();
    await lab.fail(ATTACKER, 2);
    await happen();
    await lab.carriedOut();
    assert.deepEqual([told(), await problems()], [[], []]);
    assert.deepEqual(lab.enforced, [ATTACKER]);
  });
}

test('three failures long after the ban are enough', async () => {
  await banned();
  await lab.clock.advance(10 * MINUTE);
  await lab.fail(ATTACKER, 3);
  await lab.carriedOut();
  assert.equal(told().length, 1);
});

test('of many addresses that go on failing the connections of one are looked for in a second', async () => {
  configure();
  await lab.start();
  const botnet = Array.from({ length: 20 }, (_, n) => `198.51.100.${n}`);
  for (const address of botnet) await lab.fail(address, 2);
  await lab.carriedOut();
  assert.equal(lab.enforced.length, botnet.length);
  await lab.clock.advance(10 * SECOND);
  for (const address of botnet) await lab.fail(address, 1);
  await lab.carriedOut();
  assert.equal(lab.lookedFor.length, 1);
  await lab.clock.advance(SECOND);
  await lab.fail(ATTACKER, 1);
  await lab.fail('198.51.100.7', 1);
  assert.deepEqual(lab.lookedFor.slice(1), ['198.51.100.7']);
});

test('failures while the firewall does not hold the ban, and until it was mended, say nothing of it', async () => {
  await banned();
  lab.firewall.lose();
  await goOn(30);
  assert.equal(told().length, 0);
  await lab.firewall.recover();
  await lab.settle();
  await lab.fail(ATTACKER, 20);
  await lab.carriedOut();
  assert.equal(told().length, 0);
});

test('what is read after a pause says nothing of the firewall', async () => {
  await banned();
  await lab.clock.advance(10 * MINUTE);
  const at = lab.clock.now() - 5 * MINUTE;
  for (let n = 0; n < 20; n += 1) {
    lab.journal.append({
      receivedAt: at + n * SECOND,
      line: `host sshd[${n + 10}]: Failed password for root from ${ATTACKER} port 4711 ssh2`,
      fields: { _SYSTEMD_UNIT: 'ssh.service', _UID: '0', _GID: '0', SYSLOG_IDENTIFIER: 'sshd' },
    });
  }
  await lab.settle();
  await lab.carriedOut();
  assert.equal(told().length, 0);
});
