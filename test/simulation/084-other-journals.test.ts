/** The agent reads other journals beside the machine's own. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { createSelfCheck } from '../../src/notify/self-check.js';
import { FakeJournal } from '../fakes/journal.js';
import { AgentLab, MINUTE, SECOND } from './agent-lab.js';

const ATTACKER = '203.0.113.5';

let lab: AgentLab;
let web: FakeJournal;

beforeEach(() => {
  lab = new AgentLab();
  web = new FakeJournal();
  lab.others.set('LogNamespace=web', web);
});
afterEach(() => lab.dispose());

const guardWeb = () => lab.configure('web', '[Jail]\nFilter=sshd\n[Journal]\nUnit=ssh.service\nLogNamespace=web\n');

/** A failure that the other journal received now. */
async function failInWeb(times = 1): Promise<void> {
  for (let n = 0; n < times; n += 1) {
    web.append({
      receivedAt: lab.clock.now(),
      line: `host sshd[${1000 + n}]: Failed password for root from ${ATTACKER} port 4711 ssh2`,
      fields: { _SYSTEMD_UNIT: 'ssh.service', _UID: '0', _GID: '0', SYSLOG_IDENTIFIER: 'sshd' },
    });
  }
  await lab.settle();
}

async function pass(micros: number): Promise<void> {
  await lab.clock.advance(micros);
  await lab.settle();
}

test('a journal that a reload names first is read from the longest FindTime= on, however long the own one is quiet', async () => {
  const { agent } = await lab.start();
  await lab.fail('198.51.100.1', 1);
  await failInWeb(3);
  await pass(180 * MINUTE);
  await failInWeb(4);
  await pass(5 * MINUTE);
  guardWeb();
  await agent.reload();
  await lab.settle();
  assert.equal(agent.status().jails.find(({ name }) => name === 'web')?.failures, 4);
  await failInWeb();
  assert.deepEqual(lab.enforced, [ATTACKER]);
});

test('entries of another journal do not count as hearing the machine’s own', async () => {
  guardWeb();
  lab.selfCheck = createSelfCheck(() => true, 7);
  const { agent } = await lab.start();
  for (let time = 0; time < 3 * MINUTE; time += 5 * SECOND) {
    await failInWeb();
    await pass(5 * SECOND);
  }
  assert.match(
    agent
      .status()
      .problems.map(({ message }) => message)
      .join(),
    /does not find in the journal/,
  );
});

test('a host that sends its journal for the first time is heard within a minute, from its first entry on', async () => {
  lab.configure('any', '[Jail]\nFilter=sshd\n[Journal]\nUnit=ssh.service\nUser=0\nRemote=*\n');
  const { agent } = await lab.start();
  const counted = () => agent.status().jails.find(({ name }) => name === 'any')?.failures;
  lab.others.set('Remote=web', web);
  await failInWeb(3);
  await pass(MINUTE);
  assert.equal(counted(), 0);
  lab.hosts = ['web'];
  await pass(MINUTE);
  assert.equal(counted(), 3);
  await failInWeb(2);
  assert.deepEqual(lab.enforced, [ATTACKER]);
});
