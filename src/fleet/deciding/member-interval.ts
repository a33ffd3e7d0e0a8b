/**
 * How often a member tells of itself, and when one is silent. Pure. Invariant: what a member hears of the others is below
 * three words a second for as long as they are no more than 10,000.
 */
import { MICROS_PER_SECOND } from '../../core/time.js';
import type { Member } from './change.js';

const MINUTE = 60 * MICROS_PER_SECOND;
/** Of a small fleet, of who is in line to count failures, and of versions that do not say how often they tell; µs. */
const SHORTEST = 5 * MINUTE;
const LONGEST = 60 * MINUTE;
/** So much of it for each member, µs: each hears all others, of whom one is to speak in a second. */
const EACH = MICROS_PER_SECOND;
/** Who has missed so many of its words is silent. */
const MISSED = 3;

/**
 * After how many µs a host tells of itself again that knows so many members. `isInLine`: it counts failures for
 * others or stands by to, so that it is to be missed soon.
 */
export function memberInterval(members: number, isInLine: boolean): number {
  return isInLine ? SHORTEST : within(members * EACH);
}

/** What a member says of its interval, as far as it is believed; nobody is to be missed never. */
export function believedInterval(said: number | undefined): number {
  return within(said ?? SHORTEST);
}

/** Whether a member has not told of itself for so long that it is gone; `now`: µs since the epoch. */
export function isSilent({ seenAt, interval }: Pick<Member, 'seenAt' | 'interval'>, now: number): boolean {
  return now - seenAt > MISSED * interval + MINUTE;
}

function within(interval: number): number {
  return Math.min(LONGEST, Math.max(SHORTEST, interval));
}
