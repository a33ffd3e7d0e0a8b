import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FOREVER } from '../../../../src/core/time.js';
import { deadlineAfter, deadlineOf, isSameDeadline, secondsUntil } from '../../../../src/firewall/nftables/time-out.js';

const NOW = 1_700_000_000_000_000;
const HOUR = 3_600_000_000;

test('an element ends a minute after its ban, and never before the agent could end it', () => {
  for (const [until, seconds] of [
    [NOW + HOUR, 3660],
    [NOW, 60],
    [NOW - HOUR, 60],
    [FOREVER, undefined],
    [NOW + 1_000_000 * HOUR * 24, undefined],
  ] as const)
    assert.equal(secondsUntil(deadlineOf(until, NOW), NOW), seconds);
});

test('what the kernel says of a time-out stands for the same end, to the second', () => {
  const deadline = deadlineOf(NOW + HOUR, NOW);
  assert.ok(isSameDeadline(deadline, deadlineAfter(secondsUntil(deadline, NOW), NOW)));
  assert.ok(isSameDeadline(FOREVER, deadlineAfter(secondsUntil(FOREVER, NOW), NOW)));
  assert.ok(!isSameDeadline(FOREVER, deadline) && !isSameDeadline(deadline, deadline + HOUR));
});
