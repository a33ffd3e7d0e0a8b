/** A limit on waiting. Invariant: no timer is left behind. */
import type { Clock } from '../../ports/clock.js';

/** Resolves with true when `work` has ended, however it did, or with false after `micros` µs. Leaves no timer behind. */
export function withTimeout(clock: Clock, micros: number, work: Promise<unknown>): Promise<boolean> {
  return new Promise((resolve) => {
    const cancel = clock.at(clock.now() + micros, () => resolve(false));
    const end = () => {
      cancel();
      resolve(true);
    };
    work.then(end, end);
  });
}
