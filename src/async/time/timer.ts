/** A timer that can be set anew. Invariant: it rings at most once for each time that it is set. */
import type { Clock } from '../../ports/clock.js';

/** One alarm that can be set anew. It rings for the instant it was last set for. */
export interface Timer {
  /** Instant it is set for, µs since the epoch; undefined when it is not. */
  readonly setFor: number | undefined;
  /** Sets it for `at` (µs since the epoch), in the place of what it was set for. */
  set(at: number): void;
  cancel(): void;
}

export function createTimer(clock: Clock, ring: () => void): Timer {
  let setFor: number | undefined;
  let disarm = () => {};

  const cancel = () => {
    disarm();
    disarm = () => {};
    setFor = undefined;
  };
  return {
    get setFor() {
      return setFor;
    },
    set(at) {
      cancel();
      setFor = at;
      disarm = clock.at(at, () => {
        cancel();
        ring();
      });
    },
    cancel,
  };
}
