/** How fast things are published. Invariant: what has no size is never held up, and what is held up is asked for again. */
import { createTimer } from '../async/time/timer.js';
import { MICROS_PER_SECOND } from '../core/time.js';
import type { Clock } from '../ports/clock.js';

const MINUTE = 60 * MICROS_PER_SECOND;
/** What is held up is asked for again so much later, µs. */
const AGAIN = MICROS_PER_SECOND;

interface Parts<T> {
  readonly clock: Clock;
  /** So much at once, and as much in each minute besides: in any minute no more than twice that. */
  readonly perMinute: number;
  readonly sizeOf: (item: T) => number;
  /** There is room again for some of what was held up. */
  readonly again: () => void;
}

export interface Pace<T> {
  /** Lets through what may be published now, in the order in which it comes. */
  take(items: readonly T[]): readonly T[];
  /** Nothing is asked for again. */
  cancel(): void;
}

export function createPace<T>({ clock, perMinute, sizeOf, again }: Parts<T>): Pace<T> {
  const timer = createTimer(clock, again);
  let room = perMinute;
  let filledAt = clock.elapsed();
  return {
    take(items) {
      const now = clock.elapsed();
      room = Math.min(perMinute, room + ((now - filledAt) * perMinute) / MINUTE);
      filledAt = now;
      const taken = items.filter((item) => {
        const size = sizeOf(item);
        if (size > 0 && room < 1) return false;
        room -= size;
        return true;
      });
      if (taken.length < items.length) timer.set(clock.now() + AGAIN);
      return taken;
    },
    cancel: timer.cancel,
  };
}
