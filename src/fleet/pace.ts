/** How much is published in a minute. Invariant: what has no size is never held up. */
import { MICROS_PER_SECOND } from '../core/time.js';
import type { Clock } from '../ports/clock.js';

const MINUTE = 60 * MICROS_PER_SECOND;

/**
 * Lets through what may be published now: in a minute of the clock what comes until sizes of `most` are reached, in the
 * order in which it comes.
 */
export function createPace<T>(clock: Clock, most: number, sizeOf: (item: T) => number): (items: readonly T[]) => T[] {
  let minute = 0;
  let published = 0;
  return (items) => {
    const now = Math.floor(clock.now() / MINUTE);
    if (now !== minute) published = 0;
    minute = now;
    return items.filter((item) => {
      const size = sizeOf(item);
      if (size > 0 && published >= most) return false;
      published += size;
      return true;
    });
  };
}
