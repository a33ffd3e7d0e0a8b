import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AgentStatus } from '../../../../src/agent/agent-status.js';
import { untilEnforced } from '../../../../src/cli/import/until-enforced.js';
import { F2bError } from '../../../../src/errors.js';
import { aStatus } from '../../../fakes/agent.js';
import { VirtualClock } from '../../../support/virtual-clock.js';

const MINUTE = 60_000_000;
const errors = { isTerminal: false, write: () => {} };

function status(firewall: Partial<AgentStatus['firewall']>, code?: string): AgentStatus {
  const problems = code === undefined ? [] : [{ code, message: 'it does not run', hint: 'start it' }];
  return { ...aStatus, firewall: { ...aStatus.firewall, ...firewall }, problems };
}

/** How it ends when the agent answers so, one after the other, the last one for ever; undefined when it is content. */
async function endOf(...answers: readonly AgentStatus[]): Promise<string | undefined> {
  const clock = new VirtualClock();
  let asked = 0;
  let end: string | undefined = 'waits';
  const client = { status: async () => answers[asked++] ?? answers.at(-1) ?? aStatus };
  void untilEnforced(client, { clock, errors }).then(
    () => {
      end = undefined;
    },
    (error: unknown) => {
      end = error instanceof F2bError ? `${error.code} ${error.message}` : String(error);
    },
  );
  for (let minutes = 0; end === 'waits' && minutes < 5; minutes += 1) await clock.advance(MINUTE);
  return end;
}

const away = { state: 'unavailable', problem: 'firewalld starts', held: 0, pending: 9 } as const;

test('a firewall that is reloaded meanwhile is waited for', async () => {
  assert.equal(await endOf(status({ pending: 5 }), status(away), status(away), status({ pending: 0 })), undefined);
});

test('one that a person has to mend is not waited for', async () => {
  const end = await endOf(status(away, 'FIREWALL_UNAVAILABLE'), status({ pending: 0 }));
  assert.match(end ?? '', /^NOT_ENFORCED .*: 9 addresses outstanding: firewalld 2\.3\.1: firewalld starts; start it$/);
});

test('an agent without a firewall is not waited for', async () => {
  assert.match((await endOf(status({ name: 'dry-run', pending: 1 }), status({ pending: 0 }))) ?? '', /^NOT_ENFORCED/);
});

test('a firewall that makes no headway is waited for so long, and no longer', async () => {
  assert.match((await endOf(status({ pending: 7 }))) ?? '', /^NOT_ENFORCED .*: 7 addresses outstanding$/);
  assert.match((await endOf(status(away))) ?? '', /^NOT_ENFORCED .*: 9 addresses outstanding: firewalld/);
});
