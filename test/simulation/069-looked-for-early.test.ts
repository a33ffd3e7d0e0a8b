/** Entries are looked for early when somebody is about to be banned, and not after every failure of a stranger. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { AgentLab } from './agent-lab.js';

const ATTACKER = '203.0.113.5';

let lab: AgentLab;
beforeEach(async () => {
  lab = new AgentLab();
  lab.configure('ssh.service', '[Jail]\nFilter=sshd\nEnabled=yes\n[Journal]\nUnit=ssh.service\n[Ban]\nMaxRetry=5\n');
  await lab.start();
});
afterEach(async () => {
  await lab.dispose();
});

test('strangers who fail once or twice each are not waited for', async () => {
  for (let n = 0; n < 20; n += 1) await lab.fail(`198.51.100.${n}`, 1 + (n % 2));
  assert.equal(lab.journal.expected, 0);
});

test('who is two failures from a ban is', async () => {
  await lab.fail(ATTACKER, 2);
  assert.equal(lab.journal.expected, 0);
  await lab.fail(ATTACKER, 1);
  assert.equal(lab.journal.expected, 1);
});

test('after a ban the next attackers are', async () => {
  await lab.fail(ATTACKER, 5);
  assert.deepEqual(lab.enforced, [ATTACKER]);
  assert.equal(lab.journal.expected, 3);
});
