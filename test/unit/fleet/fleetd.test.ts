/** What f2b-fleetd stores, and in which order: a process that is killed anywhere loses nothing. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { FLEET_JAIL } from '../../../src/core/ban.js';
import type { ToldEvent } from '../../../src/events/told-event.js';
import { FleetDecider } from '../../../src/fleet/deciding/fleet-decider.js';
import type { FleetStore } from '../../../src/fleet/fleet-store.js';
import { Fleetd } from '../../../src/fleet/fleetd.js';
import { createInbound } from '../../../src/fleet/inbound.js';
import { encodeContent } from '../../../src/fleet/messages/message.js';
import { subjectText } from '../../../src/fleet/messages/subject.js';
import { createRefusalCount } from '../../../src/fleet/refusal-count.js';
import { createStreamClock } from '../../../src/fleet/stream-clock.js';
import type { Tell } from '../../../src/fleet/tell.js';
import { openFleetState } from '../../../src/store/fleet-state.js';
import { aBan, anAddress, NOON } from '../../fakes/values.js';
import { fleetLimits } from '../../support/fleet-limits.js';
import { VirtualClock } from '../../support/virtual-clock.js';

const HOUR = 3_600_000_000;
const address = anAddress('203.0.113.1');
const limits = fleetLimits({ maxBanTime: HOUR });
const own = { subject: 'a', kind: 'ban' as const, since: NOON, until: NOON + HOUR, id: 'c1' };
const silent: Tell = { say: () => {}, problem: ({ message }) => assert.fail(message), resolved: () => {} };
const position = { cursor: 'c', receivedAt: NOON };

async function aStore(t: TestContext) {
  const directory = mkdtempSync(join(tmpdir(), `f2b-fleetd-${process.pid}-`));
  t.after(() => rmSync(directory, { recursive: true }));
  return () => openFleetState({ directory, report: ({ message }) => assert.fail(message) });
}

/** The process is killed when it comes to this. */
function killedAt(store: FleetStore, method: 'told' | 'publishAgain'): FleetStore {
  return new Proxy(store, {
    get(target, name) {
      if (name === method) return () => Promise.reject(new Error('killed'));
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

test('a person who lets an address in is remembered before the journal is read on', async (t) => {
  const open = await aStore(t);
  const store = await open();
  const unused = () => assert.fail('not asked for');
  const { fleetd } = await Fleetd.create({
    ...{ host: 'here', version: '1', limits, seed: 7, publish: true, apply: true, store: killedAt(store, 'told') },
    agent: { async *banPages() {}, report: async () => [], async *unban() {}, why: unused },
    ...{ clock: new VirtualClock(NOON), user: 990, ownAddresses: () => [], open: unused },
    tell: silent,
  });
  fleetd.decider.receive({
    ...{ subject: subjectText({ kind: 'ban', host: 'web1', jail: 'ssh.service', address }), sequence: 1 },
    ...{ data: encodeContent({ kind: 'ban', at: NOON, since: NOON, until: NOON + HOUR }), receivedAt: NOON },
  });
  const event: ToldEvent = {
    ...{ kind: 'unban', cause: 'manual', by: 1_000, ban: aBan({ address, jail: FLEET_JAIL, origin: 'fleet' }) },
    ...{ cursor: 'c', at: NOON, host: 'here', message: '' },
  };
  await assert.rejects(fleetd.told([event], position), /killed/);
  await fleetd.enforcing.end();
  await store.close();
  const { memory, position: read } = await (await open()).load();
  assert.deepEqual([memory.lifted.map((one) => one.address.text), read], [[address.text], undefined]);
});

test('what is in force is told to a new stream though the process is killed when it finds it', async (t) => {
  const open = await aStore(t);
  const store = await open();
  await store.told([own], position);
  await store.published(await store.waiting(10), NOON);
  const begun = (used: FleetStore) =>
    createInbound(
      {
        ...{ decider: new FleetDecider('here', limits, 7), store: used, touched: () => {}, heard: () => {} },
        refusals: createRefusalCount(silent),
        ...{ clock: createStreamClock(new VirtualClock(NOON), 'here', 0), reset: () => {} },
        failed: (cause) => assert.fail(String(cause)),
      },
      { stream: 'old', sequence: 7 },
    ).begin({ id: 'new', last: 0 });
  await assert.rejects(begun(killedAt(store, 'publishAgain')), /killed/);
  await store.close();
  const next = await open();
  assert.equal((await next.load()).place, undefined);
  await begun(next);
  assert.equal(await next.countWaiting(), 1);
  await next.close();
});

test('a withdrawal takes back what was banned before it, and nothing later, whenever it is read', async (t) => {
  const store = await (await aStore(t))();
  await store.told([own, { ...own, subject: 'b', since: NOON + 2, id: 'c2' }], position);
  const decider = new FleetDecider('here', limits, 7);
  const { changes } = decider.receive({
    ...{ subject: subjectText({ kind: 'withdrawal', host: 'here' }), sequence: 1, receivedAt: NOON + 1 },
    data: encodeContent({ kind: 'withdrawal', at: NOON }),
  });
  await store.decided(changes, { stream: 's', sequence: 1 });
  assert.deepEqual(
    (await store.waiting(10)).map(({ subject }) => subject),
    ['b'],
  );
  await store.close();
});
