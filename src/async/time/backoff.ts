/** Attempts that are repeated after ever longer pauses. Invariant: at most one attempt is due. */
import type { Clock } from '../../ports/clock.js';
import { createTimer } from './timer.js';

/** The pauses before attempts, µs: the first, then each twice as long as the one before, up to the last. */
export interface Pauses {
  readonly first: number;
  readonly last: number;
}

/** Doublings that reach any last pause. */
const MOST_DOUBLINGS = 30;

/** The pause after so many attempts in a row that failed (1, 2 …), µs. */
export function pauseAfter(failures: number, { first, last }: Pauses): number {
  return Math.min(first * 2 ** Math.min(failures - 1, MOST_DOUBLINGS), last);
}

/** Attempts that are made again while something refuses or fails. */
export interface Backoff {
  /** An attempt failed: the next one comes after a pause. */
  later(): void;
  /** All is well, or nothing like before: the next pause is short again. */
  reset(): void;
  /** No attempt is due any more. */
  cancel(): void;
}

export function createBackoff(clock: Clock, { first, last }: Pauses, attempt: () => void): Backoff {
  const timer = createTimer(clock, attempt);
  let pause = first;
  return {
    later() {
      timer.set(clock.now() + pause);
      pause = Math.min(pause * 2, last);
    },
    reset() {
      pause = first;
    },
    cancel: timer.cancel,
  };
}
