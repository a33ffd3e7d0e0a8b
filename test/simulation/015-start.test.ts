/** How the agent starts when the firewall is there, comes later, or does not come. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { parseAddress } from '../../src/core/address/address.js';
import { F2bError } from '../../src/errors.js';
import { FakeFirewall } from '../fakes/firewall.js';
import { AgentLab, MINUTE } from './agent-lab.js';

const ATTACKER = '203.0.113.5';
const address = (text: string) => parseAddress(text) ?? assert.fail(text);

let lab: AgentLab;
beforeEach(() => {
  lab = new AgentLab();
});
afterEach(() => lab.dispose());

test('while the firewall is starting, entries are read, and what they led to is enforced once it is there', async () => {
  let open = () => {};
  lab.firewall = new FakeFirewall(false);
  lab.firewall.opening = new Promise((resolve) => {
    open = resolve;
  });
  const started = await lab.begin();
  await lab.fail(ATTACKER, 5);
  assert.equal(lab.disk.bans.size, 0, 'nobody is banned before it is known whom the firewall spares');
  assert.equal(lab.isReady, false);
  await lab.firewall.recover();
  open();
  const { agent } = await started();
  assert.equal(agent.status().entries, 5);
  assert.equal(lab.isReady, true);
  assert.deepEqual(lab.enforced, [ATTACKER]);
});

test('without a firewall the agent is ready at once, says that it is missing, and bans when it comes', async () => {
  lab.firewall = new FakeFirewall(false);
  const { agent } = await lab.start();
  assert.equal(lab.isReady, true);
  assert.deepEqual(
    agent.status().problems.map(({ message }) => message),
    ['the firewall does not answer: firewalld does not run'],
  );
  await lab.fail(ATTACKER, 5);
  assert.equal(lab.disk.bans.size, 1);
  await lab.firewall.recover();
  await lab.settle();
  assert.deepEqual(lab.enforced, [ATTACKER]);
  assert.deepEqual(agent.status().problems, []);
});

test('a journal that fails while the firewall is starting ends the agent, and no sooner', async () => {
  let open = () => {};
  lab.firewall.opening = new Promise((resolve) => {
    open = resolve;
  });
  lab.journal.read = () => {
    throw new RangeError('broken');
  };
  const started = await lab.begin();
  open();
  await assert.rejects((await started()).done, { message: 'broken' });
});

test('who is spared since the agent was stopped is free when it starts', async () => {
  await lab.start();
  await lab.fail(ATTACKER, 5);
  lab.kill();
  lab.configure(
    'ssh.service',
    '[Jail]\nFilter=sshd\nEnabled=yes\n[Journal]\nUnit=ssh.service\n[Ban]\nIgnoreIP=203.0.113.0/24\n',
  );
  await lab.start();
  assert.deepEqual(lab.firewall.entries(), []);
  assert.equal(lab.disk.bans.size, 0);
});

test('a ban that a person asked for stays, whoever is spared', async () => {
  const { agent } = await lab.start();
  await agent.ban({ addresses: [address(ATTACKER)] });
  lab.firewall.setZoneSources([{ zone: 'trusted', address: address('203.0.113.0/24') }]);
  await lab.settle();
  assert.deepEqual(lab.enforced, [ATTACKER]);
  await lab.clock.advance(MINUTE);
  lab.firewall.lose(new F2bError('FIREWALL_UNAVAILABLE'));
  await lab.firewall.recover();
  await lab.settle();
  assert.deepEqual(lab.enforced, [ATTACKER]);
});

test('a disk that is full at the start is told at once, and what was decided is stored when there is room', async () => {
  lab.disk.failure = new F2bError('STORE_FULL', '/var/lib/f2b');
  const { agent } = await lab.start();
  assert.equal(lab.isReady, true);
  assert.equal(lab.statusLine, 'Guarding 1 jail, but no space is left for the state: /var/lib/f2b');
  assert.deepEqual([agent.status().problems.length, lab.told('problem')], [1, 1]);
  await lab.fail(ATTACKER, 5);
  assert.deepEqual(lab.enforced, [ATTACKER]);
  assert.equal(lab.disk.bans.size, 0);

  lab.disk.failure = undefined;
  await lab.clock.advance(10_000_000);
  await lab.settle();
  assert.deepEqual([lab.disk.bans.size, lab.disk.failures.size], [1, 0]);
  assert.deepEqual(lab.disk.position, agent.status().position, 'the position goes with what was decided');
  assert.deepEqual([agent.status().problems.length, lab.told('resolved')], [0, 1]);
  assert.equal(lab.statusLine, 'Guarding 1 jail');
});

test('while nothing happens, it is looked now and then whether what was stored is still there', async () => {
  await lab.start();
  const before = lab.disk.commits.length;
  await lab.clock.advance(5 * MINUTE);
  await lab.settle();
  assert.ok(lab.disk.commits.length > before);
});
