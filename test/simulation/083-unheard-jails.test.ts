/** The agent says of a jail that hears nothing why that is so. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { AgentLab, MINUTE } from './agent-lab.js';

let lab: AgentLab;
let absent: ReadonlySet<string>;

beforeEach(() => {
  lab = new AgentLab();
  absent = new Set(['web.service']);
  lab.unitStates = async (names) =>
    names.map((name) => ({
      ...{ name, id: name, namespace: '', isActive: false, activeSince: undefined },
      load: absent.has(name) ? 'not-found' : 'loaded',
    }));
});
afterEach(() => lab.dispose());

test('a jail whose unit does not exist is a problem and an event, until it does', async () => {
  lab.configure('web.service', '[Jail]\nFilter=sshd\n');
  const { agent } = await lab.start();
  await lab.settle();
  const told = agent.status().problems.map(({ message }) => message);
  assert.deepEqual(told, ['a jail hears nothing: web.service: this machine has no web.service']);
  assert.equal(agent.status().state, 'degraded');
  const events = () =>
    lab.notifier.events.flatMap((event) =>
      'error' in event && event.error.code === 'JAIL_UNHEARD' ? [event.kind] : [],
    );
  assert.deepEqual(events(), ['problem']);
  absent = new Set();
  await lab.clock.advance(7 * MINUTE);
  await lab.settle();
  assert.deepEqual(agent.status().problems, []);
  assert.deepEqual(events(), ['problem', 'resolved']);
});

test('one that is switched off is not told of after a reload', async () => {
  lab.configure('web.service', '[Jail]\nFilter=sshd\n');
  const { agent } = await lab.start();
  await lab.settle();
  assert.equal(agent.status().problems.length, 1);
  lab.configure('web.service', '[Jail]\nFilter=sshd\nEnabled=no\n');
  await agent.reload();
  await lab.clock.advance(2 * MINUTE);
  await lab.settle();
  assert.deepEqual(agent.status().problems, []);
});
