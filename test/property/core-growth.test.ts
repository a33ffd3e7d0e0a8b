/**
 * Growing ban times through the whole core against a plain reckoning by fail2ban's formula: every ban of every address,
 * with the weight of known offenders and the memory that ends.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Increment } from '../../src/core/settings.js';
import { FOREVER } from '../../src/core/time.js';
import { decider, failure, jail, MINUTE } from '../support/core.js';
import '../support/seed.js';

const HOUR = 60 * MINUTE;

const limits = fc.record({
  maxretry: fc.integer({ min: 1, max: 5 }),
  findtime: fc.integer({ min: 1, max: 30 }).map((minutes) => minutes * MINUTE),
  bantime: fc.integer({ min: 1, max: 20 }).map((minutes) => minutes * MINUTE),
  offenderMemory: fc.integer({ min: 1, max: 12 }).map((hours) => hours * HOUR),
  increment: fc.record({
    factor: fc.constantFrom(1, 2, 0.5),
    multipliers: fc.constantFrom<readonly number[]>([], [1, 2, 4], [1, 5, 30]),
    maxtime: fc.constantFrom(FOREVER, 3 * HOUR),
    random: fc.constant(0),
    allJails: fc.constant(false),
  }),
});
type Limits = typeof limits extends fc.Arbitrary<infer T> ? T : never;

/** In whole minutes, so that ends and full hours are often met exactly. */
const steps = fc.array(
  fc.oneof(fc.integer({ min: 0, max: 10 }), fc.integer({ min: 0, max: 1_200 }), fc.constantFrom(60, 120)),
  { minLength: 20, maxLength: 120 },
);

/** `ban.Time * (1<<ban.Count) * banFactor`, or the multiplier of that place, at most the cap. `earlier` bans before. */
function reckoned(earlier: number, base: number, { factor, multipliers, maxtime }: Increment): number {
  if (earlier === 0) return base;
  const multiplier = multipliers[Math.min(earlier, multipliers.length - 1)];
  const grown =
    multiplier === undefined ? Math.max(base, base * 2 ** Math.min(earlier, 20) * factor) : base * factor * multiplier;
  return Math.min(grown, maxtime);
}

/** The bans of one address that fails at these times, in order. */
function oracle(times: readonly number[], limit: Limits): string[] {
  const { maxretry, findtime, bantime, offenderMemory, increment } = limit;
  const bans: string[] = [];
  let window: { at: number; weight: number }[] = [];
  let [earlier, until, forgottenAt] = [0, 0, FOREVER];
  for (const at of times) {
    if (at >= forgottenAt) [earlier, forgottenAt] = [0, FOREVER];
    if (at < until) continue;
    const weight = earlier === 0 ? 1 : Math.min(2 ** earlier / 2 + 1, maxretry);
    window = [...window.filter((hit) => hit.at > at - findtime), { at, weight }];
    if (window.reduce((sum, hit) => sum + hit.weight, 0) < maxretry) continue;
    const length = reckoned(earlier, bantime, increment);
    earlier += 1;
    until = at + length;
    forgottenAt = Math.ceil(until / HOUR) * HOUR + offenderMemory;
    window = [];
    bans.push(`${at} +${length} #${earlier}`);
  }
  return bans;
}

test('each ban of an address lasts what the formula says after its earlier ones, until those are forgotten', () => {
  let grown = 0;
  fc.assert(
    fc.property(limits, steps, (limit, waits) => {
      let now = 1_000 * HOUR;
      const times = waits.map((wait) => {
        now += wait * MINUTE;
        return now;
      });
      const subject = decider([jail(limit)]);
      const bans = times
        .flatMap((at) => subject.failure(failure('192.0.2.1', at)))
        .flatMap((effect) => (effect.kind === 'ban' ? [effect.ban] : []))
        .map(({ since, until, count }) => `${since} +${until - since} #${count}`);
      const expected = oracle(times, limit);
      assert.deepEqual(bans, expected);
      grown += expected.filter((ban) => !ban.endsWith('#1')).length;
    }),
    { numRuns: 300 },
  );
  assert.ok(grown > 100, 'further bans occurred at all');
});
