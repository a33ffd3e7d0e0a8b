/**
 * The sliding window over failures in the order of their times.
 * Invariant: a failure belongs to the window that ends at `end` exactly while `end - findtime < at <= end`.
 */
import type { Failure } from '../failure.js';

/** Puts a failure where its time belongs; failures of the same instant stand in the order of their cursors. */
export function insertByTime(failures: Failure[], failure: Failure): void {
  const { at, cursor } = failure;
  let place = failures.length;
  for (; place > 0; place -= 1) {
    const earlier = failures[place - 1];
    if (earlier === undefined || earlier.at < at || (earlier.at === at && earlier.cursor <= cursor)) break;
  }
  failures.splice(place, 0, failure);
}

/**
 * Every window that holds the instant `at` and ends with one of the failures, which are in the order of time.
 * Entries in order give one window, the one that ends at `at`. A late entry may complete windows that end after it.
 */
export function windowsAround(failures: readonly Failure[], at: number, findtime: number): readonly Failure[][] {
  if (failures.at(-1)?.at === at) return [failures.filter((failure) => failure.at > at - findtime)];
  const ends = new Set(failures.map((failure) => failure.at).filter((end) => end >= at && end - findtime < at));
  return [...ends].map((end) => failures.filter((failure) => failure.at > end - findtime && failure.at <= end));
}

/** How many failures these are, each entry with its own weight. */
export function totalCount(failures: readonly Failure[]): number {
  return failures.reduce((sum, failure) => sum + failure.count, 0);
}
