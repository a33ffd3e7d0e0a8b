import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeContent } from '../../../src/fleet/messages/message.js';
import { subjectText } from '../../../src/fleet/messages/subject.js';
import { createStreamClock } from '../../../src/fleet/stream-clock.js';
import { NOON } from '../../fakes/values.js';
import { VirtualClock } from '../../support/virtual-clock.js';

const SECOND = 1_000_000;
const MINUTE = 60 * SECOND;

/** What a host told of itself, as the servers have it. */
function told(at: number, receivedAt: number, host = 'here') {
  const content = { kind: 'member', at, version: '1', addresses: [], sequence: 0, applied: 0 } as const;
  return { subject: subjectText({ kind: 'member', host }), data: encodeContent(content), sequence: 1, receivedAt };
}

test('the clock of the servers is known from the time that they gave a word of this host', async () => {
  const own = new VirtualClock(NOON);
  const clock = createStreamClock(own, 'here', 0);
  clock.sent(NOON);
  await own.advance(SECOND);
  assert.equal(clock.heard(told(NOON, NOON - 10 * MINUTE)), true);
  assert.deepEqual([clock.ahead, clock.now()], [-10 * MINUTE, NOON + SECOND - 10 * MINUTE]);
  const rung: number[] = [];
  clock.at(clock.now() + MINUTE, () => void rung.push(own.now()));
  await own.advance(2 * MINUTE);
  assert.deepEqual(rung, [NOON + SECOND + MINUTE]);
});

test('it is as it was known before until it turns out to be another by more than a second', () => {
  const clock = createStreamClock(new VirtualClock(NOON), 'here', 5 * MINUTE);
  assert.equal(clock.now(), NOON + 5 * MINUTE);
  clock.sent(NOON);
  assert.equal(clock.heard(told(NOON, NOON + 5 * MINUTE + SECOND / 2)), false);
  assert.equal(clock.ahead, 5 * MINUTE);
});

for (const [what, message, later] of [
  ['a word of another host', told(NOON, NOON + MINUTE, 'web1'), 0],
  ['a word that this host did not send last', told(NOON - 1, NOON + MINUTE), 0],
  ['a word that was under way for more than a minute', told(NOON, NOON + MINUTE), 61 * SECOND],
] as const)
  test(`${what} says nothing of it`, async () => {
    const own = new VirtualClock(NOON);
    const clock = createStreamClock(own, 'here', 0);
    clock.sent(NOON);
    await own.advance(later);
    assert.equal(clock.heard(message), false);
    assert.equal(clock.ahead, 0);
  });

test('a word that somebody has stored once more moves it no more', () => {
  const clock = createStreamClock(new VirtualClock(NOON), 'here', 0);
  clock.sent(NOON);
  assert.equal(clock.heard(told(NOON, NOON + MINUTE)), true);
  assert.equal(clock.heard(told(NOON, NOON + 14 * MINUTE)), false);
  assert.equal(clock.ahead, MINUTE);
});
