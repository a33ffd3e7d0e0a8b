import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { parseAddress } from '../../src/core/address/address.js';
import { AgentLab, MINUTE, SECOND } from './agent-lab.js';

const DAY = 24 * 60 * MINUTE;
const ATTACKER = '203.0.113.5';

let lab: AgentLab;
beforeEach(() => {
  lab = new AgentLab();
});
afterEach(async () => {
  await lab.dispose();
});

for (const [name, step] of [
  ['forward', DAY],
  ['back', -DAY],
] as const) {
  test(`a ban lasts its ten minutes though the clock is set ${name} by a day, in a quiet journal`, async () => {
    await lab.start();
    await lab.fail(ATTACKER, 5);
    await lab.clock.advance(4 * MINUTE);
    lab.clock.set(step);
    await lab.clock.advance(5 * MINUTE);
    assert.deepEqual(lab.enforced, [ATTACKER]);
    await lab.clock.advance(2 * MINUTE);
    assert.deepEqual(lab.enforced, []);
  });

  test(`a ban lasts its ten minutes though the clock is set ${name} by a day, with entries coming in`, async () => {
    await lab.start();
    await lab.fail(ATTACKER, 5);
    await lab.clock.advance(4 * MINUTE);
    lab.clock.set(step);
    for (let minute = 0; minute < 5; minute += 1) {
      await lab.fail(`198.51.100.${minute}`, 1);
      await lab.clock.advance(MINUTE);
    }
    assert.deepEqual(lab.enforced, [ATTACKER]);
    await lab.clock.advance(2 * MINUTE);
    assert.deepEqual(lab.enforced, []);
    assert.equal(lab.told('ban'), 1, 'it is told once');
  });

  test(`attackers are banned after the clock was set ${name} by a day`, async () => {
    await lab.start();
    await lab.fail(ATTACKER, 2);
    lab.clock.set(step);
    await lab.fail(ATTACKER, 5);
    assert.deepEqual(lab.enforced, [ATTACKER]);
  });
}

test('a ban does not become eternal when the machine starts with its clock a day behind', async () => {
  await lab.start();
  await lab.fail(ATTACKER, 5);
  lab.kill();
  lab.clock.set(-DAY);
  await lab.start();
  assert.deepEqual(lab.enforced, [ATTACKER]);
  await lab.clock.advance(11 * MINUTE);
  assert.deepEqual(lab.enforced, []);
});

test('an entry written before the clock was set back bans from now on, not from tomorrow', async () => {
  await lab.start();
  const line = (n: number) => ({
    receivedAt: lab.clock.now() + DAY,
    line: `host sshd[${n}]: Failed password for root from ${ATTACKER} port 1 ssh2`,
    fields: { _SYSTEMD_UNIT: 'ssh.service', _UID: '0', _GID: '0', SYSLOG_IDENTIFIER: 'sshd' },
  });
  lab.journal.append(line(1), line(2), line(3), line(4), line(5));
  await lab.settle();
  assert.deepEqual(lab.enforced, [ATTACKER]);
  await lab.clock.advance(10 * MINUTE + SECOND);
  assert.deepEqual(lab.enforced, []);
});

for (const [name, step, isSeen] of [
  ['forward by a day, which the agent had seen', DAY, true],
  ['back by a day, which the agent had seen', -DAY, true],
  ['back by a day, unseen', -DAY, false],
] as const) {
  test(`a ban lasts its ten minutes over restarts after the clock was set ${name}`, async () => {
    await lab.start();
    await lab.fail(ATTACKER, 5);
    await lab.clock.advance(3 * MINUTE);
    lab.clock.set(step);
    if (isSeen) await lab.fail('198.51.100.1', 1);
    for (const minutes of [5, 1]) {
      lab.kill();
      await lab.start();
      await lab.clock.advance(minutes * MINUTE);
      assert.deepEqual(lab.enforced, [ATTACKER]);
    }
    // How long nothing was logged before an unseen step is not known: it comes on top.
    await lab.clock.advance((isSeen ? 2 : 5) * MINUTE);
    assert.deepEqual(lab.enforced, []);
  });
}

for (const [name, step] of [
  ['forward', DAY],
  ['back', -DAY],
] as const) {
  test(`who is allowed for ten minutes is so for ten minutes though the clock is set ${name} by a day, and over a restart`, async () => {
    const { agent } = await lab.start();
    await agent.allow({ address: parseAddress(ATTACKER) ?? assert.fail(), until: lab.clock.now() + 10 * MINUTE });
    lab.clock.set(step);
    agent.allowances();
    await lab.fail(ATTACKER, 5);
    assert.deepEqual(lab.enforced, []);
    lab.kill();
    await lab.start();
    await lab.clock.advance(9 * MINUTE);
    await lab.fail(ATTACKER, 5);
    assert.deepEqual(lab.enforced, []);
    await lab.clock.advance(2 * MINUTE);
    await lab.fail(ATTACKER, 5);
    assert.deepEqual(lab.enforced, [ATTACKER]);
  });
}

test('a clock that was set back and seen so by the regular comparison alone is not followed twice at the next start', async () => {
  await lab.start();
  await lab.fail(ATTACKER, 5);
  lab.clock.set(-DAY);
  await lab.clock.advance(6 * MINUTE);
  lab.kill();
  await lab.start();
  assert.deepEqual(lab.enforced, [ATTACKER]);
  await lab.clock.advance(3 * MINUTE);
  assert.deepEqual(lab.enforced, [ATTACKER]);
  await lab.clock.advance(2 * MINUTE);
  assert.deepEqual(lab.enforced, []);
});
