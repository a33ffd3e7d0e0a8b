/** What an administrator allows is told to the fleet, and again before the servers forget it; a later word is left alone. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { FOREVER } from '../../../src/core/time.js';
import { Fleetd } from '../../../src/fleet/fleetd.js';
import { encodeContent, parseMessage } from '../../../src/fleet/message.js';
import { subjectText } from '../../../src/fleet/subject.js';
import { openFleetState } from '../../../src/store/fleet-state.js';
import { anAddress, NOON } from '../../fakes/values.js';
import { MemoryStream } from '../../support/memory-stream.js';
import { until } from '../../support/process.js';
import { VirtualClock } from '../../support/virtual-clock.js';

const MINUTE = 60_000_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const address = anAddress('203.0.113.0/24');
const subject = subjectText({ kind: 'allowance', address });

/** An administrator's host that is connected. */
async function lab(t: TestContext) {
  const directory = mkdtempSync(join(tmpdir(), `f2b-allowances-${process.pid}-`));
  const store = await openFleetState({ directory, report: ({ message }) => assert.fail(message) });
  const clock = new VirtualClock(NOON);
  const stream = new MemoryStream(clock);
  const { fleetd } = await Fleetd.create({
    ...{ host: 'admin', version: '1', publish: true, apply: true, store, clock, user: 990, ownAddresses: () => [] },
    limits: {
      ...{ minReporters: 1, within: HOUR, minAge: 0, maxBansPerHost: 1_000, maxBansPerMinute: 1_000, maxBans: 10_000 },
      ...{ maxPrefixIPv4: 24, maxPrefixIPv6: 48, maxBanTime: FOREVER },
    },
    agent: { bans: async () => [], report: async () => [], async *unban() {}, why: () => assert.fail('not asked for') },
    tell: { say: () => {}, problem: ({ message }) => assert.fail(message), resolved: () => {} },
    open: async () => stream.open(),
  });
  const ended = new AbortController();
  const running = fleetd.run(ended.signal);
  t.after(async () => {
    ended.abort();
    await running;
    await store.close();
    rmSync(directory, { recursive: true });
  });
  return {
    ...{ fleetd, clock, stream },
    words: () => stream.stored.filter((one) => one.subject === subject).map((one) => parseMessage(one)?.content),
    /** Waits until it has read what it published. */
    knows: (count: number) =>
      until(`${count} are known`, () => (fleetd.decider.allowances.length === count ? true : undefined)),
  };
}

test('an allowance is told again with the same end, and not once somebody has ended it', async (t) => {
  const { fleetd, clock, stream, words, knows } = await lab(t);
  await until('it is connected', () => stream.stored.length > 0 || undefined);
  await fleetd.order({ kind: 'allow', address, time: 10 * DAY, reason: 'the office' });
  await knows(1);
  const [said] = fleetd.bans(anAddress('203.0.113.7'));
  assert.deepEqual([said?.isBanned, said?.reason], [false, 'admin spares 203.0.113.0/24 everywhere: the office']);
  await assert.rejects(fleetd.order({ kind: 'ban', address: anAddress('203.0.113.7'), bantime: HOUR }), {
    code: 'BAN_REFUSED',
  });
  await assert.rejects(fleetd.order({ kind: 'disallow', address: anAddress('203.0.113.7') }), {
    code: 'NOTHING_ALLOWED',
  });
  clock.set(2 * DAY + MINUTE);
  await clock.advance(MINUTE);
  await until('it is told again', () => words().length === 2 || undefined);
  const allow = { kind: 'allow', until: NOON + 10 * DAY, by: 'admin', reason: 'the office' };
  assert.deepEqual(words(), [
    { ...allow, at: NOON },
    { ...allow, at: NOON + 2 * DAY + 2 * MINUTE },
  ]);
  // Of another administrator.
  stream.store(subject, encodeContent({ kind: 'disallow', at: clock.now() }));
  await knows(0);
  clock.set(2 * DAY + MINUTE);
  await clock.advance(MINUTE);
  await clock.advance(5 * MINUTE);
  assert.equal(words().length, 3);
});
