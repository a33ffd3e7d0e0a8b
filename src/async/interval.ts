import type { Clock } from '../ports/clock.js';

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
