/** What f2b-fleetd does with the stream while its disk is slow, and when it stores nothing any more. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextTurn } from '../../../src/async/next-turn.js';
import { FleetDecider } from '../../../src/fleet/deciding/fleet-decider.js';
import type { FleetStore } from '../../../src/fleet/fleet-store.js';
import { createInbound } from '../../../src/fleet/inbound.js';
import { encodeContent, type ReadMessage } from '../../../src/fleet/messages/message.js';
import { subjectText } from '../../../src/fleet/messages/subject.js';
import { createRefusalCount } from '../../../src/fleet/refusal-count.js';
import { createStreamClock } from '../../../src/fleet/stream-clock.js';
import { anAddress, NOON } from '../../fakes/values.js';
import { fleetLimits } from '../../support/fleet-limits.js';
import { VirtualClock } from '../../support/virtual-clock.js';

const HOUR = 3_600_000_000;

function messageOf(n: number): ReadMessage {
  const subject = subjectText({ kind: 'ban', host: 'web1', jail: 'ssh.service', address: anAddress(`203.0.113.${n}`) });
  const data = encodeContent({ kind: 'ban', at: NOON, since: NOON, until: NOON + HOUR });
  return { subject, data, sequence: n, receivedAt: NOON, pending: 0 };
}

/** With a disk that has stored something when `stored` or `refused` is called for it. */
function inboundOnSlowDisk() {
  const commits: { readonly upTo: number; readonly stored: () => void; readonly refused: (error: Error) => void }[] =
    [];
  const store: Pick<FleetStore, 'decided' | 'publishAgain'> = {
    decided: (_, { sequence }) => new Promise((stored, refused) => commits.push({ upTo: sequence, stored, refused })),
    publishAgain: () => assert.fail('nothing is told again'),
  };
  const [touched, failures]: [string[], unknown[]] = [[], []];
  const inbound = createInbound(
    {
      ...{ decider: new FleetDecider('here', fleetLimits(), 7), store, heard: () => {}, reset: () => {} },
      touched: (addresses) => touched.push(...addresses.map(({ text }) => text)),
      refusals: createRefusalCount({ say: () => {}, problem: () => {}, resolved: () => {} }),
      clock: createStreamClock(new VirtualClock(NOON), 'here', 0),
      failed: (cause) => failures.push(cause),
    },
    { stream: 's', sequence: 0 },
  );
  const settle = async () => {
    for (let turn = 0; turn < 5; turn += 1) await nextTurn();
  };
  return { inbound, commits, touched, failures, settle };
}

test('what is read next is decided on while the last is stored, and nothing is carried out before it is stored', async () => {
  const { inbound, commits, touched, settle } = inboundOnSlowDisk();
  await inbound.take([messageOf(1)]);
  let isTaken = false;
  const second = inbound.take([messageOf(2)]).then(() => {
    isTaken = true;
  });
  await settle();
  assert.deepEqual([commits.map(({ upTo }) => upTo), touched, isTaken], [[1, 2], [], false]);
  commits[0]?.stored();
  await second;
  await settle();
  assert.deepEqual(touched, ['203.0.113.1']);
  commits[1]?.stored();
  await settle();
  assert.deepEqual(touched, ['203.0.113.1', '203.0.113.2']);
});

test('what cannot be stored is told though nothing more is read, and is not carried out', async () => {
  const { inbound, commits, touched, failures, settle } = inboundOnSlowDisk();
  await inbound.take([messageOf(1)]);
  const full = new Error('the disk is full');
  commits[0]?.refused(full);
  await settle();
  assert.deepEqual([failures, touched], [[full], []]);
  await assert.rejects(inbound.take([messageOf(2)]), full);
});
