/** How failures that ban nobody are told: LogFailures=. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { AgentLab, MINUTE } from './agent-lab.js';

const ATTACKER = '203.0.113.5';

let lab: AgentLab;
beforeEach(() => {
  lab = new AgentLab();
  lab.configure('ssh.service', '[Jail]\nFilter=sshd\nEnabled=yes\n[Journal]\nUnit=ssh.service\n');
});
afterEach(async () => {
  await lab.dispose();
});

/** What was told of failures that were not told one by one. */
function summaries(): readonly (readonly [failures: number, addresses: number])[] {
  return lab.notifier.events.flatMap((event) =>
    event.kind === 'failures' ? [[event.failures, event.addresses] as const] : [],
  );
}

/** Each fails twice; they are others than those of another `network`. */
async function strangers(count: number, network = 0): Promise<void> {
  for (let n = 0; n < count; n += 1) await lab.fail(`198.51.${network}.${n}`, 2);
}

test('summary: the failures of a minute are one entry of their jail, and a ban is told with its evidence and account', async () => {
  lab.tellFailures('summary');
  await lab.start();
  await strangers(10);
  await lab.fail(ATTACKER, 5);
  assert.deepEqual([lab.told('ban'), summaries()], [1, []]);
  await lab.clock.advance(2 * MINUTE);
  assert.deepEqual([summaries(), lab.told('failure')], [[[25, 11]], 0]);
  const ban = lab.notifier.events.find((event) => event.kind === 'ban') ?? assert.fail();
  assert.deepEqual([ban.ban.evidence.length, ban.user], [5, 'root']);
  await lab.clock.advance(10 * MINUTE);
  assert.equal(summaries().length, 1, 'and nothing when nobody fails');
});

test('summary: what a minute brought so far is told by a stop, and before each failure is told', async () => {
  lab.tellFailures('summary');
  const { agent } = await lab.start();
  await strangers(1);
  await lab.carriedOut();
  lab.tellFailures('yes');
  await agent.reload();
  await strangers(2, 1);
  await lab.carriedOut();
  assert.deepEqual([summaries(), lab.told('failure')], [[[2, 1]], 4]);
  lab.tellFailures('summary');
  await agent.reload();
  await strangers(3, 2);
  await lab.stop();
  assert.deepEqual(
    summaries(),
    [
      [2, 1],
      [6, 3],
    ],
    'all that counted',
  );
});

test('no: failures are counted and never told', async () => {
  lab.tellFailures('no');
  await lab.start();
  await strangers(3);
  await lab.fail(ATTACKER, 5);
  await lab.stop();
  assert.deepEqual([lab.told('failure'), summaries(), lab.told('ban')], [0, [], 1]);
  assert.equal(lab.disk.failures.size, 6);
});
