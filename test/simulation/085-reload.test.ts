/** What of f2bd.conf follows a reload. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { FakeFirewall } from '../fakes/firewall.js';
import { AgentLab, MINUTE, SECOND } from './agent-lab.js';

const ATTACKER = '203.0.113.5';
const NEIGHBOUR = '203.0.113.6';

let lab: AgentLab;
beforeEach(() => {
  lab = new AgentLab();
});
afterEach(() => lab.dispose());

const configure = (line: string) => lab.write('f2bd.conf', `[Agent]\n${line}\n`);

test('VerifyInterval= does, and a reload that leaves it as it is does not put the next comparison off', async () => {
  configure('VerifyInterval=1h');
  const { agent } = await lab.start();
  const before = lab.told('reconciled');
  configure('VerifyInterval=1min');
  await agent.reload();
  await lab.clock.advance(40 * SECOND);
  await agent.reload();
  await lab.clock.advance(30 * SECOND);
  assert.equal(lab.told('reconciled'), before + 1);
  configure('VerifyInterval=1h');
  await agent.reload();
  await lab.clock.advance(59 * MINUTE);
  assert.equal(lab.told('reconciled'), before + 1);
  await lab.clock.advance(2 * MINUTE);
  assert.equal(lab.told('reconciled'), before + 2);
});

test('Firewall= does: the other one gets all bans, and what comes from then on', async () => {
  const { agent } = await lab.start();
  await lab.fail(ATTACKER, 5);
  const [first, second] = [lab.firewall, new FakeFirewall()];
  lab.firewall = second;
  await agent.reload();
  assert.deepEqual(second.entries(), [], 'nothing was changed');
  configure('Firewall=nftables');
  await agent.reload();
  await lab.fail(NEIGHBOUR, 5);
  assert.deepEqual(second.entries(), [ATTACKER, NEIGHBOUR]);
  assert.deepEqual(first.entries(), [ATTACKER], 'left to whoever takes over, so that there is no gap');
  assert.deepEqual(lab.enforced, [ATTACKER, NEIGHBOUR]);
  await second.reload();
  await lab.settle();
  assert.deepEqual(lab.enforced, [ATTACKER, NEIGHBOUR], 'it is listened to');
  assert.equal(lab.told('problem'), 0);
});

test('Firewall= does also while the one before does not answer, and bans that waited for it are made', async () => {
  const { agent } = await lab.start();
  lab.firewall.pause = new Promise(() => {});
  await lab.fail(ATTACKER, 5);
  lab.firewall = new FakeFirewall();
  configure('Firewall=nftables');
  const reloaded = agent.reload();
  await lab.clock.advance(MINUTE);
  await reloaded;
  assert.deepEqual(lab.enforced, [ATTACKER]);
});

test('a firewall that a reload asks for and that cannot be had is a problem until it can, or another is asked for', async () => {
  const { agent } = await lab.start();
  const [first, second] = [lab.firewall, new FakeFirewall(false)];
  lab.firewall = second;
  configure('Firewall=nftables');
  await agent.reload();
  assert.equal(agent.status().firewall.state, 'unavailable');
  assert.equal(agent.status().problems.length, 1);
  await lab.fail(ATTACKER, 5);
  lab.firewall = first;
  configure('');
  await agent.reload();
  await lab.settle();
  assert.deepEqual([lab.enforced, agent.status().problems], [[ATTACKER], []]);
});
