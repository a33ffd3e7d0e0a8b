/** How often members tell of themselves, and whom others hold to be gone. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { believedInterval, isSilent, memberInterval } from '../../../../src/fleet/deciding/member-interval.js';
import { NOON } from '../../../fakes/values.js';

const SECOND = 1_000_000;
const MINUTE = 60 * SECOND;

test('small fleets tell every five minutes, large ones ever less often, and none less often than each hour', () => {
  const minutes = [0, 1, 300, 600, 1_200, 3_600, 10_000, 20_000].map(
    (members) => memberInterval(members, false) / MINUTE,
  );
  assert.deepEqual(minutes, [5, 5, 5, 10, 20, 60, 60, 60]);
});

test('a member hears no more than three words a second in fleets of up to 10,000', () => {
  for (let members = 1; members <= 10_000; members += 1)
    assert.ok(members / (memberInterval(members, false) / SECOND) < 3, `${members}`);
});

test('who is in line to count for others is missed as soon in a large fleet as in a small one', () => {
  assert.equal(memberInterval(10_000, true), memberInterval(2, false));
});

test('a member is silent when three of its words are missing, however often it tells', () => {
  for (const interval of [5 * MINUTE, 60 * MINUTE]) {
    const member = { seenAt: NOON, interval };
    assert.equal(isSilent(member, NOON + 3 * interval + MINUTE), false);
    assert.equal(isSilent(member, NOON + 3 * interval + MINUTE + 1), true);
  }
});

test('what a member says of its interval is bounded, and a version that says nothing tells every five minutes', () => {
  const minutes = [undefined, 0, 7 * MINUTE, Number.MAX_SAFE_INTEGER].map((said) => believedInterval(said) / MINUTE);
  assert.deepEqual(minutes, [5, 5, 7, 60]);
});
