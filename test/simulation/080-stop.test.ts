/** How the agent stops: what it was asked for and what it decided is done first, and then the bus ends. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { parseAddress } from '../../src/core/address/address.js';
import { AgentLab, SECOND } from './agent-lab.js';

const ATTACKER = '203.0.113.5';
const address = (text: string) => parseAddress(text) ?? assert.fail(text);

let lab: AgentLab;
beforeEach(() => {
  lab = new AgentLab();
});
afterEach(() => lab.dispose());

/** Makes the firewall slow; what is returned ends that. */
function slowly(): () => void {
  let go = () => {};
  lab.firewall.pause = new Promise((resolve) => {
    go = resolve;
  });
  return go;
}

test('what was decided last is in the firewall before the agent ends, and nothing is told to be wrong', async () => {
  await lab.start();
  const go = slowly();
  await lab.fail(ATTACKER, 5);
  const held = lab.firewall.entries.bind(lab.firewall);
  let atTheEnd: readonly string[] = [];
  lab.bus.onClose(() => {
    atTheEnd = held();
  });
  const stopped = lab.stop();
  await lab.settle();
  go();
  await stopped;
  assert.deepEqual(atTheEnd, [ATTACKER]);
  assert.deepEqual([lab.told('problem'), lab.told('enforced'), lab.told('stopped')], [0, 1, 1]);
});

test('who asked before the stop is answered; who asks later is told that no agent runs', async () => {
  await lab.start();
  const go = slowly();
  const asked = lab.client.ban({ addresses: [address(ATTACKER)] });
  await lab.settle();
  const stopped = lab.stop();
  await lab.settle();
  await assert.rejects(lab.client.ban({ addresses: [address('203.0.113.6')] }), { code: 'AGENT_NOT_RUNNING' });
  go();
  const [view] = await asked;
  assert.deepEqual([view?.ban.address.text, view?.state], [ATTACKER, 'enforced']);
  await stopped;
  assert.equal(lab.told('problem'), 0);
  await assert.rejects(lab.client.status(), { code: 'AGENT_NOT_RUNNING' });
});

test('a firewall that does not answer holds up the stop for half a minute at most', async () => {
  await lab.start();
  slowly();
  await lab.fail(ATTACKER, 5);
  let isOver = false;
  const stopped = lab.stop().then(() => {
    isOver = true;
  });
  await lab.clock.advance(29 * SECOND);
  await lab.settle();
  assert.equal(isOver, false);
  await lab.clock.advance(2 * SECOND);
  await stopped;
  assert.equal(lab.disk.bans.size, 1);
});
