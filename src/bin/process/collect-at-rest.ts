/** Gives back what a start took, once it is over and what waited then was read. Invariant: who has work is not held up. */
import { createTimer } from '../../async/time/timer.js';
import { MICROS_PER_SECOND } from '../../core/time.js';
import type { Clock } from '../../ports/clock.js';

/** Between two looks, µs. */
const BETWEEN = 10 * MICROS_PER_SECOND;

/** A process that took no more than this part of a processor in between is at rest. */
const AT_REST = 0.02;

export interface CollectParts {
  readonly clock: Clock;
  /** Collects all garbage: `gc` of `node --expose-gc`. */
  readonly collect: (() => void) | undefined;
  /** Processor time that the process took so far, µs. */
  readonly processor: () => number;
}

/**
 * Has V8 collect garbage once the process is at rest: only then does it give back its room for new objects, which a start
 * fills. By itself it comes to that minutes later. Without `collect` nothing happens.
 */
export function collectOnceAtRest({ clock, collect, processor }: CollectParts): void {
  if (collect === undefined) return;
  let before = processor();
  const timer = createTimer(clock, () => {
    const taken = processor() - before;
    if (taken <= AT_REST * BETWEEN) return collect();
    before += taken;
    timer.set(clock.now() + BETWEEN);
  });
  timer.set(clock.now() + BETWEEN);
}
