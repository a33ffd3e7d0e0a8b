/** How fast a host tells the fleet what it bans: no faster than others listen, and ends before bans. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { OwnMessage } from '../../../src/fleet/fleet-store.js';
import { createOutbound } from '../../../src/fleet/outbound.js';
import type { Session } from '../../../src/fleet/session.js';
import { openFleetState } from '../../../src/store/fleet-state.js';
import { NOON } from '../../fakes/values.js';
import { until } from '../../support/process.js';
import { VirtualClock } from '../../support/virtual-clock.js';

const MINUTE = 60_000_000;

const unasked = () => assert.fail('no failures are shared');

/** What others take of a host in a minute, if they did not choose otherwise. */
const TAKEN = 1_000;

test('of many bans so many are published in a minute as others take in two, and ends before all of them', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), `f2b-outbound-${process.pid}-`));
  t.after(() => rmSync(directory, { recursive: true }));
  const store = await openFleetState({ directory, report: ({ message }) => assert.fail(message) });
  const clock = new VirtualClock(NOON);
  const published: string[] = [];
  const session: Session = {
    stream: { id: 's', last: 0 },
    publish: async (subject) => void published.push(subject),
    read: () => assert.fail('nothing is read'),
    purge: () => assert.fail('nothing is purged'),
    failures: { publish: unasked, read: unasked, purge: unasked },
    close: async () => undefined,
  };
  const messages = Array.from({ length: 1_200 }, (_, n): OwnMessage => {
    return { subject: `ban ${n}`, kind: 'ban', since: NOON, until: NOON + 1_000 * MINUTE, id: `${n}` };
  });
  const end: OwnMessage = { subject: 'end', kind: 'unban', since: NOON, until: NOON + 1_000 * MINUTE, id: 'e' };
  await store.told([...messages, end], { cursor: 'c', receivedAt: NOON });
  const outbound = createOutbound(store, clock);
  outbound.attach(session, (cause) => assert.fail(String(cause)));
  for (let minute = 0; (await store.countWaiting()) > 0; minute += 1) {
    assert.ok(minute < 20, `${published.length} were published`);
    const before = published.length;
    outbound.wake();
    await until('something is published', () => published.length > before || undefined);
    // A question to the store comes after what it was asked before.
    for (let turn = 0; turn < 20; turn += 1) await store.countWaiting();
    assert.ok(published.length - before <= TAKEN / 2, `${published.length - before} in one minute`);
    await clock.advance(MINUTE);
  }
  await outbound.end();
  assert.deepEqual([published[0], new Set(published).size, published.length], ['end', 1_201, 1_201]);
  await store.close();
});
