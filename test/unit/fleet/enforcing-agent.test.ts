/** What f2b-fleetd asks of the agent: its bans of the jail `fleet` become what the fleet's decisions say, whatever happens. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FLEET_JAIL } from '../../../src/core/ban.js';
import { FleetDecider } from '../../../src/fleet/deciding/fleet-decider.js';
import { Enforcing, type FleetAgent } from '../../../src/fleet/enforcing.js';
import { fleetBan } from '../../../src/fleet/fleet-ban.js';
import { type Content, encodeContent } from '../../../src/fleet/messages/message.js';
import { type Subject, subjectText } from '../../../src/fleet/messages/subject.js';
import { createStreamClock } from '../../../src/fleet/stream-clock.js';
import { fakeAgent } from '../../fakes/agent.js';
import { aBan, anAddress, NOON } from '../../fakes/values.js';
import { fleetLimits } from '../../support/fleet-limits.js';
import { memoryAfter } from '../../support/fleet-memory.js';
import { VirtualClock } from '../../support/virtual-clock.js';

const HOUR = 3_600_000_000;
/** The agent names no more bans in one explanation. */
const NAMED = 100;

function lab({ apply = true } = {}) {
  const agent = fakeAgent();
  const clock = new VirtualClock(NOON);
  const decider = new FleetDecider('here', fleetLimits({ maxBanTime: 10 * HOUR }), 7);
  const said: string[] = [];
  const problems: string[] = [];
  const reported: string[] = [];
  const calls: number[] = [];
  const asked: FleetAgent = {
    async *banPages({ jail }) {
      yield agent.bans(jail === undefined ? {} : { jail }, 10_000);
    },
    report: async (reports) => {
      reported.push(...reports.map(({ address }) => address.text));
      calls.push(reports.length);
      await fleet.reporting();
      return agent.report(reports);
    },
    async *unban(address, jail) {
      yield await agent.unban(address, jail);
    },
    why: async (address) => {
      const bans = agent.bans({}, 10_000).filter(({ ban }) => address.length < 32 || ban.address.text === address.text);
      return { ...agent.why(address), bans: bans.slice(0, NAMED).map((view) => ({ ...view, enforcedBy: [] })) };
    },
  };
  const enforcing = new Enforcing({
    ...{
      agent: asked,
      decider,
      clock: createStreamClock(clock, 'here', 0),
      apply,
      seed: 7,
      store: async () => undefined,
    },
    tell: {
      say: (_, text) => void said.push(text),
      problem: ({ message }) => void problems.push(message),
      resolved: () => undefined,
    },
  });
  let sequence = 0;
  const receive = (subject: Subject, content: Content) => {
    sequence += 1;
    const data = encodeContent(content);
    enforcing.touch(
      decider.receive({ subject: subjectText(subject), data, sequence, receivedAt: clock.now() }).touched,
    );
  };
  const fleet = {
    /** Called amid every report. */
    reporting: (): void | Promise<void> => {},
    ...{ agent, clock, decider, enforcing, said, problems, reported, calls },
    ban: (text: string, host = 'web1') =>
      receive(
        { kind: 'ban', host, jail: 'ssh.service', address: anAddress(text) },
        { kind: 'ban', at: clock.now(), since: clock.now(), until: clock.now() + HOUR },
      ),
    unban: (text: string, host = 'web1') =>
      receive({ kind: 'ban', host, jail: 'ssh.service', address: anAddress(text) }, { kind: 'unban', at: clock.now() }),
    letIn: (text: string) => receive({ kind: 'order', address: anAddress(text) }, { kind: 'unban', at: clock.now() }),
    /** Waits until there is nothing to do; the loop takes several turns. */
    async settled() {
      for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      assert.deepEqual(problems, []);
    },
    held: (jail = FLEET_JAIL) => agent.held.flatMap(({ ban }) => (ban.jail === jail ? [ban.address.text] : [])).sort(),
  };
  return fleet;
}

test('what the agent lifts along with an address, as it overlaps it, is banned again at once', async () => {
  const fleet = lab();
  for (const text of ['203.0.113.0/24', '203.0.113.1', '198.51.100.1']) fleet.ban(text);
  await fleet.settled();
  fleet.unban('203.0.113.1');
  await fleet.settled();
  assert.deepEqual(fleet.held(), ['198.51.100.1', '203.0.113.0/24']);
  fleet.ban('203.0.113.2');
  await fleet.settled();
  fleet.unban('203.0.113.0/24');
  await fleet.settled();
  assert.deepEqual([fleet.held(), fleet.enforcing.held], [['198.51.100.1', '203.0.113.2'], 2]);
});

test('without Apply=, nothing of others is banned, what was is lifted, and f2bctl is told why', async () => {
  const fleet = lab({ apply: false });
  const address = anAddress('203.0.113.1');
  fleet.agent.held.push({ ban: aBan({ jail: FLEET_JAIL, origin: 'fleet', address }), state: 'enforced' });
  fleet.ban('203.0.113.1');
  fleet.ban('203.0.113.2');
  await fleet.settled();
  assert.deepEqual([fleet.held(), fleet.reported], [[], []]);
  const { isBanned, reason } = fleetBan(fleet.decider, address, fleet.enforcing.verdict(address), undefined);
  assert.deepEqual([isBanned, reason], [false, 'this host bans nobody for others (Apply=no)']);
  fleet.enforcing.ended(address, 'expired');
  await fleet.settled();
  assert.deepEqual(fleet.held(), []);
});

test('without Apply=, an administrator of the fleet lets in all the same whom this host bans', async () => {
  const fleet = lab({ apply: false });
  fleet.agent.held.push({ ban: aBan({ address: anAddress('203.0.113.1') }), state: 'enforced' });
  fleet.letIn('203.0.113.1');
  await fleet.settled();
  assert.deepEqual([fleet.held('ssh.service'), fleet.decider.releases], [[], []]);
});

test('while it is paused nobody is banned for others, also after a restart, and all that is in force is when it goes on', async () => {
  const fleet = lab();
  fleet.agent.held.push({ ban: aBan({ address: anAddress('192.0.2.9') }), state: 'enforced' });
  fleet.ban('203.0.113.1');
  fleet.ban('203.0.113.2');
  await fleet.settled();
  const { changes, touched } = fleet.decider.pause(true);
  fleet.enforcing.touch(touched);
  fleet.ban('203.0.113.3');
  fleet.unban('203.0.113.2');
  await fleet.settled();
  assert.deepEqual([fleet.held(), fleet.held('ssh.service')], [[], ['192.0.2.9']]);
  const restarted = new FleetDecider('here', fleetLimits(), 7);
  restarted.remember(memoryAfter(changes));
  assert.ok(restarted.isPaused);
  fleet.enforcing.touch(fleet.decider.pause(false).touched);
  await fleet.settled();
  assert.deepEqual(fleet.held(), ['203.0.113.1', '203.0.113.3']);
});

test('what a person let in stays so, though it was banned again before the journal told of that', async () => {
  const fleet = lab();
  const address = anAddress('203.0.113.1');
  fleet.ban('203.0.113.1');
  await fleet.settled();
  fleet.agent.held.length = 0;
  fleet.enforcing.compare();
  await fleet.settled();
  assert.deepEqual(fleet.held(), ['203.0.113.1']);
  fleet.decider.liftHere(address, 1);
  fleet.enforcing.ended(address, 'manual');
  await fleet.settled();
  assert.deepEqual([fleet.held(), fleet.enforcing.held], [[], 0]);
});

test('a prefix that an administrator lets in is free of all bans, however many there are', async () => {
  const fleet = lab();
  for (let n = 0; n < 150; n += 1) fleet.ban(`203.0.113.${n}`);
  await fleet.settled();
  for (let n = 0; n < 250; n += 1)
    fleet.agent.held.push({ ban: aBan({ address: anAddress(`203.0.113.${n}`) }), state: 'enforced' });
  await fleet.clock.advance(1_000_000);
  fleet.letIn('203.0.113.0/24');
  await fleet.settled();
  assert.deepEqual([fleet.held(), fleet.held('ssh.service'), fleet.decider.releases], [[], [], []]);
});

test('the agent coming back amid the work is no failure, and all is compared anew', async () => {
  const fleet = lab();
  for (let n = 0; n < 500; n += 1) fleet.ban(`203.0.${n >> 8}.${n & 255}`);
  fleet.reporting = () => {
    fleet.reporting = () => {};
    fleet.agent.held.length = 0;
    fleet.enforcing.compare();
  };
  await fleet.settled();
  assert.equal(fleet.held().length, 500);
});

test('while the agent is left alone after a ban, those that come are gathered, and a call that is full does not wait', async () => {
  const fleet = lab();
  const millis = (count: number) => count * 1_000;
  fleet.reporting = () => fleet.clock.advance(millis(20));
  fleet.ban('203.0.113.1');
  await fleet.settled();
  for (const last of [2, 3, 4]) {
    fleet.ban(`203.0.113.${last}`);
    await fleet.settled();
  }
  assert.deepEqual(fleet.calls, [1]);
  await fleet.clock.advance(millis(79));
  await fleet.settled();
  assert.deepEqual(fleet.calls, [1]);
  await fleet.clock.advance(millis(1));
  await fleet.settled();
  assert.deepEqual(fleet.calls, [1, 3]);
  for (let n = 0; n < 310; n += 1) fleet.ban(`198.51.${n >> 8}.${n & 255}`);
  await fleet.settled();
  assert.deepEqual(fleet.calls, [1, 3, 300]);
  await fleet.clock.advance(millis(80));
  await fleet.settled();
  assert.deepEqual(fleet.calls, [1, 3, 300, 10]);
});

test('a refusal is said once, and forgotten when nobody bans the address any more', async () => {
  const fleet = lab();
  fleet.ban('192.0.2.1');
  await fleet.settled();
  for (let hour = 0; hour < 3; hour += 1) {
    fleet.enforcing.compare();
    await fleet.settled();
  }
  assert.deepEqual(fleet.said, ['the fleet bans 192.0.2.1, and this host does not: it is ours']);
  assert.equal(fleet.enforcing.refusalOf(anAddress('192.0.2.1')), 'it is ours');
  fleet.decider.expire(NOON + 2 * HOUR);
  fleet.enforcing.compare();
  await fleet.settled();
  assert.equal(fleet.enforcing.refusalOf(anAddress('192.0.2.1')), undefined);
});
