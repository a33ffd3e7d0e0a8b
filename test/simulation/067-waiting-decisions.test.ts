/** Failures that ban nobody yet are stored and told some seconds later, together: a crash before that loses none of them. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { parseAddress } from '../../src/core/address/address.js';
import { AgentLab, SECOND } from './agent-lab.js';

const ATTACKER = '203.0.113.5';
const STRANGER = '198.51.100.7';

let lab: AgentLab;
beforeEach(() => {
  lab = new AgentLab();
  lab.configure('ssh.service', '[Jail]\nFilter=sshd\nEnabled=yes\n[Journal]\nUnit=ssh.service\n');
});
afterEach(async () => {
  await lab.dispose();
});

/** How many effects each commit has stored since the start. */
function commits(): readonly number[] {
  return lab.disk.commits.filter((size) => size > 0);
}

test('failures of a quarter of a minute share three commits and are told after them', async () => {
  await lab.start();
  for (let n = 0; n < 15; n += 1) {
    await lab.fail(`198.51.100.${n}`, 1);
    await lab.clock.advance(SECOND);
  }
  await lab.carriedOut();
  assert.ok(commits().length <= 3, `${commits().length} commits`);
  assert.deepEqual([lab.disk.failures.size, lab.told('failure')], [15, 15]);
});

test('nothing is told before it is stored', async () => {
  await lab.start();
  await lab.fail(STRANGER, 2);
  assert.deepEqual([lab.disk.failures.size, lab.told('failure')], [0, 0]);
  lab.disk.onCommit = () => assert.equal(lab.told('failure'), 0);
  await lab.carriedOut();
  assert.deepEqual([lab.disk.failures.size, lab.told('failure')], [2, 2]);
});

test('a ban is stored at once, with all that waits before it', async () => {
  await lab.start();
  await lab.fail(STRANGER, 2);
  const start = lab.clock.now();
  await lab.fail(ATTACKER, 5);
  assert.deepEqual(lab.enforced, [ATTACKER]);
  assert.equal(lab.clock.now(), start);
  assert.deepEqual([lab.disk.failures.size, lab.disk.bans.size, commits().length], [2, 1, 1]);
  assert.deepEqual(lab.disk.position?.receivedAt, start);
});

test('what a person asks for is stored with all that was decided before it, and no position after it', async () => {
  const { agent } = await lab.start();
  await lab.fail(STRANGER, 2);
  await agent.ban({ addresses: [parseAddress(ATTACKER) ?? assert.fail()] });
  assert.deepEqual([lab.disk.failures.size, lab.disk.bans.size], [2, 1]);
  assert.deepEqual(lab.disk.position, agent.status().position);
});

test('killed while failures wait, the agent reads them again and counts each once', async () => {
  await lab.start();
  await lab.fail(ATTACKER, 4);
  lab.kill();
  assert.equal(lab.disk.failures.size, 0);
  await lab.start();
  await lab.carriedOut();
  assert.equal(lab.disk.failures.size, 4);
  await lab.fail(ATTACKER, 1);
  assert.deepEqual(lab.enforced, [ATTACKER]);
  assert.equal(lab.told('ban'), 1);
});

test('a stop stores and tells what waits', async () => {
  await lab.start();
  await lab.fail(STRANGER, 3);
  await lab.stop();
  assert.deepEqual([lab.disk.failures.size, lab.told('failure')], [3, 3]);
});
