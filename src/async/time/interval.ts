/** Work that is repeated. Invariant: one interval at a time, however often it is set. */
import type { Clock } from '../../ports/clock.js';

/** Work that is repeated. */
export interface Interval {
  /** From now on every `interval` µs, first after one interval; nothing changes when that is so already. */
  set(interval: number): void;
  stop(): void;
}

/** Does `work` again and again, once `set` says how often. */
export function createInterval(clock: Clock, work: () => void): Interval {
  let current: number | undefined;
  let stop = () => {};
  return {
    set(interval) {
      if (interval === current) return;
      stop();
      current = interval;
      stop = every(clock, interval, work);
    },
    stop: () => stop(),
  };
}

/** Does `work` every `interval` µs, first after one interval. Returns the stopper. */
export function every(clock: Clock, interval: number, work: () => void): () => void {
  let cancel = () => {};
  const arm = () => {
    cancel = clock.at(clock.now() + interval, () => {
      arm();
      work();
    });
  };
  arm();
  return () => cancel();
}
