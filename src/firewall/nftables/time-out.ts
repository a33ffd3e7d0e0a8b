/**
 * When an element ends by itself: a safety net for bans whose agent is gone.
 * Invariant: it ends after its ban does, so the agent, while it runs, is always first.
 */
import { FOREVER, MICROS_PER_DAY, MICROS_PER_SECOND } from '../../core/time.js';

/** How long after its ban an element may stay when nobody removes it, µs: enough for a restart of the agent. */
const GRACE = 60 * MICROS_PER_SECOND;

/** Time-outs are whole seconds and clocks are set now and then: as much as this means nothing, µs. */
const TOLERANCE = 20 * MICROS_PER_SECOND;

/** Longer is for ever: the kernel counts in milliseconds of 64 bits, nft in nanoseconds. µs */
const LONGEST = 100 * 365 * MICROS_PER_DAY;

/** µs since the epoch; FOREVER for a permanent ban. */
export function deadlineOf(until: number, now: number): number {
  return until - now > LONGEST ? FOREVER : Math.max(until, now) + GRACE;
}

/** When the ban ends whose element has this deadline, at the latest; µs since the epoch. */
export function banEndOf(deadline: number): number {
  return deadline === FOREVER ? FOREVER : deadline - GRACE;
}

/** True when the one will do for the other. */
export function isSameDeadline(one: number, other: number): boolean {
  return one === other || Math.abs(one - other) <= TOLERANCE;
}

/** In nft's terms: whole seconds from now; undefined for never. */
export function secondsUntil(deadline: number, now: number): number | undefined {
  return deadline === FOREVER ? undefined : Math.max(1, Math.ceil((deadline - now) / MICROS_PER_SECOND));
}

/** The other way round. µs since the epoch */
export function deadlineAfter(seconds: number | undefined, now: number): number {
  return seconds === undefined ? FOREVER : now + seconds * MICROS_PER_SECOND;
}
