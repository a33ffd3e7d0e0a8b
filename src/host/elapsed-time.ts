/**
 * The time that really passed, also while the machine slept. The kernel's word costs opening a file; between two of them
 * the steady clock goes on, as long as the wall clock agrees with it: over a sleep it does not.
 * Invariant: it never goes back.
 */
import { MICROS_PER_MILLISECOND, MICROS_PER_SECOND } from '../core/time.js';

/** The kernel's word counts so long, µs. */
const GOOD_FOR = MICROS_PER_SECOND;
/** Clocks that are further apart since then were set, or stood still. µs */
const APART = 50 * MICROS_PER_MILLISECOND;

/** What time is told by. µs, each since some moment of its own. */
export interface Clocks {
  /** Goes on while the machine sleeps (CLOCK_BOOTTIME), in steps of 10 ms. */
  readonly boot: () => number;
  /** Stands still meanwhile (CLOCK_MONOTONIC). */
  readonly steady: () => number;
  /** Can be set. */
  readonly wall: () => number;
}

/** Answers with the time since some fixed moment, µs. */
export function createElapsedTime({ boot, steady, wall }: Clocks): () => number {
  let asked: { readonly boot: number; readonly steady: number; readonly wall: number } | undefined;
  let latest = Number.NEGATIVE_INFINITY;
  return () => {
    const [steadyNow, wallNow] = [steady(), wall()];
    const passed = asked === undefined ? GOOD_FOR : steadyNow - asked.steady;
    if (asked === undefined || passed >= GOOD_FOR || Math.abs(wallNow - asked.wall - passed) > APART)
      asked = { boot: boot(), steady: steadyNow, wall: wallNow };
    latest = Math.max(latest, asked.boot + steadyNow - asked.steady);
    return latest;
  };
}
