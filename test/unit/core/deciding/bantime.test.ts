import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { bantimeAfter, LONGEST_BANTIME, weightAfter } from '../../../../src/core/deciding/bantime.js';
import type { Increment } from '../../../../src/core/settings.js';
import { FOREVER } from '../../../../src/core/time.js';
import { MINUTE, SECOND } from '../../../support/core.js';

const doubling: Increment = { factor: 1, multipliers: [], maxtime: FOREVER, random: 0, allJails: false };

function never(): number {
  throw new Error('no random number is needed');
}

/**
 * Base time, factor, multipliers, cap, then the lengths of the first, second, third … ban. Seconds.
 * From `ban.Time * (1<<(ban.Count if ban.Count<20 else 20)) * banFactor` and
 * `ban.Time * banFactor * multipliers[ban.Count if ban.Count < len else -1]`, ban.Count being the bans before.
 */
const table = `
600   1    -                0        600 1200 2400 4800 9600 19200
600   1    -                3600     600 1200 2400 3600 3600
600   2    -                0        600 2400 4800 9600
600   0.1  -                0        600 600 600 600 960 1920
10    1.5  -                0        10 30 60 120
3600  1    1,2,4,8,16,32,64 0        3600 7200 14400 28800 57600 115200 230400 230400 230400
60    1    1,5,30,60,300,720 0       60 300 1800 3600 18000 43200 43200
60    2    1,5,30           0        60 600 3600 3600
600   1    1,5              1000     600 1000 1000
600   1    0,0.5            0        600 300 300
600   1    3                0        600 1800 1800
`;

test('ban times grow as fail2ban’s formula and multipliers say', () => {
  for (const line of table.trim().split('\n')) {
    const [base = '', factor, list = '', cap, ...lengths] = line.split(/\s+/);
    const increment: Increment = {
      ...doubling,
      factor: Number(factor),
      multipliers: list === '-' ? [] : list.split(',').map(Number),
      maxtime: cap === '0' ? FOREVER : Number(cap) * SECOND,
    };
    const grown = lengths.map((_, earlier) => bantimeAfter(earlier, Number(base) * SECOND, increment, never));
    assert.deepEqual(
      grown,
      lengths.map((length) => Number(length) * SECOND),
      line,
    );
  }
});

test('doubling ends with the twentieth', () => {
  assert.equal(bantimeAfter(19, SECOND, doubling, never), 2 ** 19 * SECOND);
  assert.equal(bantimeAfter(20, SECOND, doubling, never), 2 ** 20 * SECOND);
  assert.equal(bantimeAfter(1000, SECOND, doubling, never), 2 ** 20 * SECOND);
});

test('the random part comes on top of the cap, in whole microseconds, never with the first ban', () => {
  const blurred: Increment = { ...doubling, maxtime: 15 * MINUTE, random: 2 * MINUTE };
  assert.equal(bantimeAfter(0, 10 * MINUTE, blurred, never), 10 * MINUTE);
  assert.equal(
    bantimeAfter(1, 10 * MINUTE, blurred, () => 0.5),
    16 * MINUTE,
  );
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), fc.nat(30), (drawn, earlier) => {
      const bantime = bantimeAfter(earlier, 10 * MINUTE, blurred, () => drawn);
      assert.ok(Number.isSafeInteger(bantime) && bantime <= 17 * MINUTE && bantime >= 10 * MINUTE);
    }),
  );
});

test('without increments every ban lasts the base time, and permanent stays permanent', () => {
  assert.equal(bantimeAfter(7, MINUTE, undefined, never), MINUTE);
  assert.equal(bantimeAfter(7, FOREVER, doubling, never), FOREVER);
});

test('a ban of more than a century is permanent', () => {
  assert.equal(bantimeAfter(1, LONGEST_BANTIME / 2, doubling, never), LONGEST_BANTIME);
  assert.equal(bantimeAfter(2, LONGEST_BANTIME / 2, doubling, never), FOREVER);
  for (const increment of [doubling, undefined]) {
    assert.equal(bantimeAfter(0, LONGEST_BANTIME, increment, never), LONGEST_BANTIME);
    assert.equal(bantimeAfter(0, 2 * LONGEST_BANTIME, increment, never), FOREVER);
  }
});

test('a failure of a known offender counts as 2, 3, 5, 9 … but never as more than maxretry', () => {
  assert.deepEqual(
    [0, 1, 2, 3, 4, 5].map((earlier) => weightAfter(earlier, 100, doubling)),
    [1, 2, 3, 5, 9, 17],
  );
  assert.deepEqual(
    [0, 1, 2, 3, 4, 50].map((earlier) => weightAfter(earlier, 4, doubling)),
    [1, 2, 3, 4, 4, 4],
  );
  assert.equal(weightAfter(4, 100, undefined), 1);
});
