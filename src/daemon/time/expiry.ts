/** The one timer of the agent: it fires when the next ban ends. With no ban that ends, nothing is armed. */
import type { Clock } from '../../ports/clock.js';

export interface Expiry {
  /** Arms the timer for `at` (µs since the epoch), or disarms it. */
  set(at: number | undefined): void;
  stop(): void;
}

export function createExpiry(clock: Clock, expire: () => void): Expiry {
  let armedFor: number | undefined;
  let cancel: (() => void) | undefined;

  const disarm = () => {
    cancel?.();
    cancel = undefined;
    armedFor = undefined;
  };

  return {
    set(at) {
      if (at === armedFor) return;
      disarm();
      if (at === undefined || !Number.isFinite(at)) return;
      armedFor = at;
      cancel = clock.at(at, () => {
        disarm();
        expire();
      });
    },
    stop: disarm,
  };
}
