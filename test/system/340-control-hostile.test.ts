/** What any local user may send to the agent's name: it neither stalls nor grows, and goes on answering others. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
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

/** A connection to the bus, and the number of the agent's process. */
async function connected(t: TestContext, address: string) {
  const bus = new Bus(address, wallClock);
  t.after(() => bus.close());
  await bus.connected();
  const owner = await bus.call(busCall('GetConnectionUnixProcessID', 's', [AGENT_NAME]));
  return { bus, pid: owner.ok ? Number(owner.body[0]) : assert.fail(owner.text) };
}

test('calls that are huge, or too many, are not worked on, and the agent goes on', { skip }, async (t) => {
  const { f2bctl, bus: address } = await withAgent(t, ['203.0.113.7']);
  const { bus, pid } = await connected(t, address);
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

test('long lists that many connections ask for are put together one by one, and hold up nobody else', {
  skip,
}, async (t) => {
  const { bus: address } = await withAgent(t, ['203.0.113.7']);
  const { bus, pid } = await connected(t, address);
  const callOn = (on: Bus, member: string, signature: string, body: readonly Value[]) =>
    on.call({ destination: AGENT_NAME, path: AGENT_PATH, interface: AGENT_INTERFACE, member, signature, body });
  // A page of these is more than a megabyte.
  const reason = { Reason: variant('s', 'x'.repeat(1_000)) };
  const banned = await callOn(bus, 'Ban', 'asa{sv}', [
    Array.from({ length: 1_000 }, (_, n) => `10.0.${n >> 8}.${n & 255}`),
    reason,
  ]);
  assert.ok(banned.ok);
  const crowd = Array.from({ length: 60 }, () => new Bus(address, wallClock));
  t.after(() => {
    for (const one of crowd) one.close();
  });
  await Promise.all(crowd.map((one) => one.connected()));
  const before = peakOf(pid);
  const answers: Answer[] = [];
  const lists = crowd.flatMap((one) =>
    Array.from({ length: 8 }, async () => answers.push(await callOn(one, 'ListBansAsJson', 'a{sv}', [{}]))),
  );
  const ban = await callOn(bus, 'Ban', 'asa{sv}', [['10.1.0.1'], {}]);
  const { length: atOnce } = answers.filter(({ ok }) => ok);
  assert.ok(ban.ok);
  await Promise.all(lists);
  const refused = countOf(answers, errors.LIMITS_EXCEEDED);
  const { length: answered } = answers.filter(({ ok }) => ok);
  assert.equal(answered + refused, 480);
  assert.ok(refused > 0 && atOnce < answered / 2, `${atOnce} of ${answered} before the ban, ${refused} refused`);
  const grown = peakOf(pid) - before;
  assert.ok(grown < 100_000_000, `${grown} bytes`);
});

test('no user can send anything to the connection by which the agent asks others', { skip }, async (t) => {
  const { bus: address } = await withAgent(t, ['203.0.113.7']);
  const { bus, pid } = await connected(t, address);
  const names = await bus.call(busCall('ListNames'));
  const all = names.ok && Array.isArray(names.body[0]) ? names.body[0].map(String) : [];
  const own: string[] = [];
  for (const name of all.filter((one) => one.startsWith(':'))) {
    const owner = await bus.call(busCall('GetConnectionUnixProcessID', 's', [name]));
    if (owner.ok && owner.body[0] === pid) own.push(name);
  }
  const refusals = await Promise.all(
    own.map(async (destination) => {
      const member = 'GetStatus';
      const answer = await bus.call({ destination, path: AGENT_PATH, interface: AGENT_INTERFACE, member });
      return answer.ok ? 'answered' : answer.error;
    }),
  );
  assert.deepEqual(refusals.sort(), ['answered', errors.ACCESS_DENIED]);
});
