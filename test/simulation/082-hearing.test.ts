/** The agent makes sure that it hears: an entry of its own must come back. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { F2bError } from '../../src/errors.js';
import { createSelfCheck } from '../../src/notify/self-check.js';
import { AgentLab, MINUTE, SECOND } from './agent-lab.js';

let lab: AgentLab;
/** How many entries it wrote. */
let sent: number;
/** False when journald takes none. */
let isTaken: boolean;

beforeEach(() => {
  lab = new AgentLab();
  [sent, isTaken] = [0, true];
  const write = (lines: readonly string[]) => {
    if (!isTaken) return false;
    sent += 1;
    const fields = Object.fromEntries(lines.map((line) => line.split(/=(.*)/, 2)));
    lab.journal.append({ receivedAt: lab.clock.now(), line: fields['MESSAGE'], fields: { ...fields, _UID: '7' } });
    return true;
  };
  lab.selfCheck = createSelfCheck(write, 7);
});
afterEach(() => lab.dispose());

/** A jail that everything goes to, and a filter that everything fails. */
function guardEverything(): void {
  lab.filter('all', '[Definition]\nfailregex = ^.*<F-ID>\\S+</F-ID>$\n');
  lab.configure('all.service', '[Jail]\nFilter=all\n[Journal]\nUnit=*\nMatch=_UID=7\n[Ban]\nMaxRetry=1\n');
}

async function pass(micros: number): Promise<void> {
  await lab.clock.advance(micros);
  await lab.settle();
}

const open = (agent: { status(): { problems: readonly { message: string }[] } }) =>
  agent.status().problems.map(({ message }) => message);

test('it hears itself at the start and every five minutes, and no jail and no count knows of it', async () => {
  guardEverything();
  const { agent } = await lab.start();
  assert.equal(sent, 1);
  await pass(31 * MINUTE);
  assert.equal(sent, 7);
  assert.deepEqual([agent.status().entries, lab.told('failure'), agent.status().state], [0, 0, 'running']);
});

test('after somebody was heard a minute of silence is enough to make sure', async () => {
  await lab.start();
  await pass(2 * MINUTE);
  await lab.fail('203.0.113.7', 1);
  await pass(2 * MINUTE);
  assert.equal(sent, 2);
  await pass(3 * MINUTE);
  assert.equal(sent, 2);
});

test('when it does not hear itself the journal is opened anew, and nothing is lost or counted twice', async () => {
  const { agent } = await lab.start();
  await pass(SECOND);
  await lab.fail('203.0.113.7', 4);
  lab.journal.goDeaf();
  await lab.fail('203.0.113.7', 1);
  await pass(4 * MINUTE);
  assert.deepEqual(lab.enforced, ['203.0.113.7']);
  assert.deepEqual([lab.told('failure'), agent.status().entries, open(agent)], [5, 5, []]);
});

test('when that does not help it is a problem, until it hears itself again', async () => {
  const { agent } = await lab.start();
  lab.journal.goDeaf();
  lab.journal.isStuck = true;
  await pass(8 * MINUTE);
  assert.match(open(agent).join(), /does not find in the journal what it writes there/);
  assert.equal(agent.status().state, 'degraded');
  assert.equal(lab.told('problem'), 1);
  lab.journal.isStuck = false;
  await pass(2 * MINUTE);
  assert.deepEqual([open(agent), lab.told('resolved')], [[], 1]);
});

test('when journald takes nothing, that is told as the reason', async () => {
  isTaken = false;
  const { agent } = await lab.start();
  await pass(4 * MINUTE);
  assert.match(open(agent).join(), /journald does not take it/);
});

test('that only its own entries are kept out is told too, later', async () => {
  const { agent } = await lab.start();
  lab.selfCheck = undefined;
  await lab.stop();
  lab.selfCheck = createSelfCheck(() => true, 7);
  const second = await lab.start();
  for (let minute = 0; minute < 4; minute += 1) {
    await lab.fail('203.0.113.7', 1);
    await pass(MINUTE / 2);
    assert.deepEqual(open(second.agent), []);
    await lab.fail('203.0.113.8', 1);
    await pass(MINUTE / 2);
  }
  await pass(5 * MINUTE);
  assert.match(open(second.agent).join(), /does not find in the journal/);
  assert.equal(agent === second.agent, false);
});

test('what is known to keep entries out is told at once, and alone', async () => {
  lab.journal.trouble = new F2bError('JOURNAL_NO_ACCESS', '/var/log/journal');
  lab.journal.goDeaf();
  lab.journal.isStuck = true;
  const { agent } = await lab.start();
  assert.match(open(agent).join(), /may not read the journal: \/var\/log\/journal/);
  await pass(8 * MINUTE);
  assert.equal(open(agent).length, 1);
  lab.journal.trouble = undefined;
  lab.journal.isStuck = false;
  await pass(2 * MINUTE);
  assert.deepEqual(open(agent), []);
});

test('a run that reads to the end writes nothing', async () => {
  await lab.start({ untilIdle: true });
  assert.equal(sent, 0);
});

test('a journal that fails to read is opened anew after five seconds, however much goes on', async () => {
  const { agent } = await lab.start();
  lab.journal.failure = new F2bError('JOURNAL_FAILED', 'read');
  const opened = lab.opened;
  for (let second = 0; second < 8; second += 1) {
    await lab.fail('203.0.113.7', 1);
    await pass(SECOND);
    if (second === 3) lab.journal.failure = undefined;
    if (second === 3) assert.deepEqual([lab.opened - opened, open(agent).length], [0, 1]);
  }
  assert.deepEqual([lab.opened - opened, open(agent)], [1, []]);
  assert.deepEqual(lab.enforced, ['203.0.113.7']);
});
