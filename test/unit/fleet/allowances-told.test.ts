/** What a host tells is told again before the servers forget it, and when they lost it; a later word is left alone. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { FOREVER } from '../../../src/core/time.js';
import { encodeContent, parseMessage } from '../../../src/fleet/messages/message.js';
import { subjectText } from '../../../src/fleet/messages/subject.js';
import { aBan, anAddress, NOON } from '../../fakes/values.js';
import { until } from '../../support/process.js';
import { connectedFleetd } from './fleetd-lab.js';

const MINUTE = 60_000_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const address = anAddress('203.0.113.0/24');
const subject = subjectText({ kind: 'allowance', address });
const told = { cursor: 'c1', at: NOON, host: 'admin', message: '' };

async function lab(t: TestContext, ahead = 0) {
  const { fleetd, clock, stream, settled } = await connectedFleetd(t, 'admin', {}, ahead);
  return {
    ...{ fleetd, clock, stream, settled },
    words: () => stream.stored.filter((one) => one.subject === subject).map((one) => parseMessage(one)?.content),
    /** Waits until it has read what it published. */
    knows: (count: number) =>
      until(`${count} are known`, () => (fleetd.decider.allowances.length === count ? true : undefined)),
  };
}

test('an allowance is told again with the same end, and not once somebody has ended it', async (t) => {
  const { fleetd, clock, stream, settled, words, knows } = await lab(t);
  await fleetd.order({ kind: 'allow', address, time: 10 * DAY, reason: 'the office' });
  await knows(1);
  const [said] = fleetd.bans(anAddress('203.0.113.7'));
  assert.deepEqual([said?.isBanned, said?.reason], [false, 'admin spares 203.0.113.0/24 everywhere: the office']);
  await assert.rejects(fleetd.order({ kind: 'ban', address: anAddress('203.0.113.7'), time: HOUR }), {
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
  await settled();
  await clock.advance(5 * MINUTE);
  await settled();
  assert.equal(words().length, 3);
});

/** `ahead`: of the servers' clock, µs. */
async function tellsAllAgain(t: TestContext, ahead: number): Promise<void> {
  const { fleetd, clock, stream, settled, words, knows } = await lab(t, ahead);
  await fleetd.order({ kind: 'allow', address, time: FOREVER });
  await fleetd.told([{ kind: 'ban', ban: aBan({ until: NOON + DAY }), ...told }], { cursor: 'c', receivedAt: NOON });
  const bans = () => stream.stored.filter((one) => one.subject.startsWith('f2b.ban.')).length;
  await knows(1);
  await until('the ban is told', () => bans() === 1 || undefined);
  await clock.advance(5 * MINUTE);
  await settled();
  assert.deepEqual([bans(), words().length], [1, 1]);
  stream.purge();
  await clock.advance(5 * MINUTE);
  await until('both are told again', () => (bans() === 2 && words().length === 2) || undefined);
}

test('a host that finds its words gone from the servers tells all that is in force again', (t) => tellsAllAgain(t, 0));

for (const [where, ahead] of [
  ['behind', 30 * MINUTE],
  ['ahead of', -30 * MINUTE],
] as const)
  test(`it does so with a clock that is ${where} that of the servers`, (t) => tellsAllAgain(t, ahead));
