/** Gives back what a start took, once it is over and what waited then was read. Invariant: who has work is not held up. */
import { createTimer } from '../../async/time/timer.js';
import { MICROS_PER_SECOND } from '../../core/time.js';
import type { Clock } from '../../ports/clock.js';

/** Between two looks, µs. */
const BETWEEN = 10 * MICROS_PER_SECOND;

/** A process that took no more than this part of a processor in between is at rest. */
const AT_REST = 0.02;

export interface RestParts {
  readonly clock: Clock;
  /** Processor time that the process took so far, µs. */
  readonly processor: () => number;
}

/**
 * Calls `giveBack` once the process is at rest. A start fills V8's room for new objects, which V8 gives back only when it
 * collects garbage, and by itself it comes to that minutes later; and it maps in code that nothing uses afterwards.
 */
export function onceAtRest({ clock, processor }: RestParts, giveBack: () => void): void {
  let before = processor();
  const timer = createTimer(clock, () => {
    const taken = processor() - before;
    if (taken <= AT_REST * BETWEEN) return giveBack();
    before += taken;
    timer.set(clock.now() + BETWEEN);
  });
  timer.set(clock.now() + BETWEEN);
}
