/**
 * Growing ban times with fail2ban's arithmetic (bantime.increment and its companions in jail.conf(5)).
 * Invariant: the first ban of an address lasts the jail's base time; only later ones grow, are capped, then blurred.
 */
import type { Increment } from '../settings.js';
import { FOREVER, MICROS_PER_DAY } from '../time.js';

/** Beyond this many earlier bans a ban grows no more, as in fail2ban. */
const LAST_DOUBLING = 20;

/** A century. Longer bans are permanent; this also keeps every instant a safe integer. µs. */
export const LONGEST_BANTIME = 100 * 365.25 * MICROS_PER_DAY;

/** The length itself, or FOREVER when it is longer than a century. µs. */
export function boundedBantime(bantime: number): number {
  return bantime > LONGEST_BANTIME ? FOREVER : bantime;
}

/**
 * How long a ban lasts after `earlier` bans of the same address. µs.
 * `random` gives a number in [0, 1) and is asked only when the ban is blurred.
 */
export function bantimeAfter(
  earlier: number,
  base: number,
  increment: Increment | undefined,
  random: () => number,
): number {
  if (increment === undefined || earlier === 0 || base === FOREVER) return boundedBantime(base);
  const capped = Math.min(grown(earlier, base, increment), increment.maxtime);
  const blurred = increment.random === 0 ? capped : capped + random() * increment.random;
  return boundedBantime(Math.round(blurred));
}

/** With multipliers the n-th entry (counted from 0) serves n earlier bans, so the first entry is never used. */
function grown(earlier: number, base: number, { factor, multipliers }: Increment): number {
  const multiplier = multipliers[earlier] ?? multipliers.at(-1);
  if (multiplier !== undefined) return base * factor * multiplier;
  return Math.max(base, base * 2 ** Math.min(earlier, LAST_DOUBLING) * factor);
}

/**
 * How many failures one failure of an address counts as after `earlier` bans: 1, 2, 3, 5, 9 …, at most `maxretry`.
 * fail2ban weighs so when ban times grow, and only then.
 */
export function weightAfter(earlier: number, maxretry: number, increment: Increment | undefined): number {
  if (increment === undefined || earlier === 0) return 1;
  return Math.min(2 ** Math.min(earlier, LAST_DOUBLING) / 2 + 1, maxretry);
}
