/** What any local user may send to the agent's name: it neither stalls nor grows, and goes on answering others. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { AGENT_INTERFACE, AGENT_NAME, AGENT_PATH } from '../../src/control/interface.js';
import { Bus, busCall } from '../../src/dbus/bus.js';
import { type Answer, errors, type Value } from '../../src/dbus/message.js';
import { variant } from '../../src/dbus/wire.js';
import { wallClock } from '../support/bus-daemon.js';
import { withAgent } from './control-lab.js';

const skip = process.getuid?.() === 0 ? false : 'needs root to own a name on a strict bus';
const SECOND = 1_000_000;

/** The most memory that a process ever had, bytes: proc_pid_status(5). */
function peakOf(pid: number): number {
  return 1024 * Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
}

function countOf(answers: readonly Answer[], error: string): number {
  return answers.filter((answer) => !answer.ok && answer.error === error).length;
}

test('calls that are huge, or too many, are not worked on, and the agent goes on', { skip }, async (t) => {
  const { f2bctl, bus: address } = await withAgent(t, ['203.0.113.7']);
  const bus = new Bus(address, wallClock);
  t.after(() => bus.close());
  await bus.connected();
  const owner = await bus.call(busCall('GetConnectionUnixProcessID', 's', [AGENT_NAME]));
  const pid = owner.ok ? Number(owner.body[0]) : assert.fail(owner.text);
  const before = peakOf(pid);
  const ask = (member: string, signature: string, body: readonly Value[], timeout?: number) =>
    bus.call(
      { destination: AGENT_NAME, path: AGENT_PATH, interface: AGENT_INTERFACE, member, signature, body },
      timeout,
    );
  // As values, each of these small variants takes twenty times its four bytes.
  const huge = [Array.from({ length: 1_500_000 }, () => variant('y', 1))];
  const unread = await Promise.all(Array.from({ length: 3 }, () => ask('Ban', 'av', huge, 5 * SECOND)));
  assert.equal(countOf(unread, errors.NO_REPLY), 3);
  const many = await Promise.all(Array.from({ length: 5_000 }, () => ask('GetStatus', '', [])));
  const refused = countOf(many, errors.LIMITS_EXCEEDED);
  const answered = many.filter(({ ok }) => ok).length;
  assert.ok(answered >= 8 && refused > 0, `${answered} answered, ${refused} refused`);
  assert.equal(answered + refused, 5_000);
  const grown = peakOf(pid) - before;
  assert.ok(grown < 60_000_000, `${grown} bytes`);
  assert.equal((await f2bctl('status')).status, 0);
});
