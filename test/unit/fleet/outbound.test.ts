/** How fast a host tells the fleet what it bans: no faster than others listen, ends before bans, and no later than need be. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { OwnMessage } from '../../../src/fleet/fleet-store.js';
import { createOutbound } from '../../../src/fleet/outbound.js';
import type { Session } from '../../../src/fleet/session.js';
import { openFleetState } from '../../../src/store/fleet-state.js';
import { NOON } from '../../fakes/values.js';
import { VirtualClock } from '../../support/virtual-clock.js';

const SECOND = 1_000_000;
const MINUTE = 60 * SECOND;

const unasked = () => assert.fail('no failures are shared');

/** What others take of a host in a minute, if they did not choose otherwise. */
const TAKEN = 1_000;

/** So many bans wait, and an end. `settle`: waits until what is to be published now is. */
async function outboundWith(t: TestContext, bans: number) {
  const directory = mkdtempSync(join(tmpdir(), `f2b-outbound-${process.pid}-`));
  t.after(() => rmSync(directory, { recursive: true }));
  const store = await openFleetState({ directory, report: ({ message }) => assert.fail(message) });
  const clock = new VirtualClock(NOON);
  const published: { readonly subject: string; readonly at: number }[] = [];
  const session: Session = {
    stream: { id: 's', last: 0 },
    publish: async (subject) => void published.push({ subject, at: clock.now() }),
    read: () => assert.fail('nothing is read'),
    purge: () => assert.fail('nothing is purged'),
    failures: { publish: unasked, read: unasked, purge: unasked },
    close: async () => undefined,
  };
  const messages = Array.from({ length: bans }, (_, n): OwnMessage => {
    return { subject: `ban ${n}`, kind: 'ban', since: NOON, until: NOON + 1_000 * MINUTE, id: `${n}` };
  });
  const end: OwnMessage = { subject: 'end', kind: 'unban', since: NOON, until: NOON + 1_000 * MINUTE, id: 'e' };
  await store.told([...messages, end], { cursor: 'c', receivedAt: NOON });
  const outbound = createOutbound(store, clock);
  t.after(() => outbound.end().then(() => store.close()));
  outbound.attach(session, (cause) => assert.fail(String(cause)));
  const settle = async () => {
    // A question to the store comes after what it was asked before.
    for (let turn = 0; turn < 20; turn += 1) await store.countWaiting();
  };
  await settle();
  return { clock, published, settle };
}

test('of many bans so many are published in any minute as others take in one, and ends before all of them', async (t) => {
  const { clock, published, settle } = await outboundWith(t, 1_200);
  for (let seconds = 0; published.length < 1_201; seconds += 1) {
    assert.ok(seconds < 600, `${published.length} were published`);
    await clock.advance(SECOND);
    await settle();
  }
  assert.deepEqual([published[0]?.subject, new Set(published.map(({ subject }) => subject)).size], ['end', 1_201]);
  for (const { at } of published) {
    const inMinute = published.filter((other) => other.at >= at && other.at < at + MINUTE).length;
    // One that restarts publishes as much at once again as it did in the beginning.
    assert.ok(inMinute + 300 <= TAKEN, `${inMinute} in one minute`);
  }
});

test('what is held up is published bit by bit, and does not wait for the next minute', async (t) => {
  const { clock, published, settle } = await outboundWith(t, 400);
  const before = published.length;
  for (let second = 0; second < 10; second += 1) {
    await clock.advance(SECOND);
    await settle();
  }
  const more = published.length - before;
  assert.ok(before < 400 && more >= 40, `${before} at once, ${more} in the next ten seconds`);
});
