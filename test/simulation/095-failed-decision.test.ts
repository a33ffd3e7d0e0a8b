/** A decision that fails halfway: what it changed in memory is lost, and nothing may be stored that rests on it. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { parseAddress } from '../../src/core/address/address.js';
import { AgentLab, MINUTE } from './agent-lab.js';

const ATTACKER = '203.0.113.5';

let lab: AgentLab;
beforeEach(() => {
  lab = new AgentLab();
  lab.configure(
    'ssh.service',
    '[Jail]\nFilter=sshd\nEnabled=yes\n[Journal]\nUnit=ssh.service\n[Ban]\nIgnoreCommand=/usr/bin/slow\n',
  );
});
afterEach(async () => {
  await lab.dispose();
});

/** An agent with two failures that wait for an answer; the decision on them fails once the answer is there. */
async function failHalfway() {
  let answer = () => {};
  lab.ignoreCommand = () =>
    new Promise((resolve) => {
      answer = () => resolve(false);
    });
  const running = await lab.start();
  // The machine's own addresses are old enough then to be looked up anew.
  await lab.clock.advance(2 * MINUTE);
  await lab.fail(ATTACKER, 2);
  const { ownAddresses } = lab;
  lab.ownAddresses = () => {
    throw new Error('no interfaces');
  };
  answer();
  await lab.settle();
  lab.ownAddresses = ownAddresses;
  lab.ignoreCommand = async () => false;
  return running;
}

test('no later position is stored, and a new start counts all of it', async () => {
  const { done } = await failHalfway();
  const { position } = lab.disk;
  await lab.fail(ATTACKER, 1);
  assert.deepEqual(lab.disk.position, position, 'the failure after it is not stored');
  await assert.rejects(done, /no interfaces/);
  await lab.stop();
  assert.deepEqual(lab.disk.position, position, 'nor by the stop');
  await lab.start();
  await lab.fail(ATTACKER, 2);
  assert.deepEqual(lab.enforced, [ATTACKER]);
  assert.equal(lab.told('ban'), 1);
});

test('what a person asks for is refused until then, and a stop closes everything', async () => {
  const { agent, done } = await failHalfway();
  const addresses = [parseAddress('198.51.100.7') ?? assert.fail()];
  await assert.rejects(agent.ban({ addresses }), /no interfaces/);
  assert.equal(lab.disk.bans.size, 0);
  await assert.rejects(done);
  await lab.stop();
  assert.deepEqual([lab.journal.watchers, lab.told('stopped')], [0, 1]);
});
