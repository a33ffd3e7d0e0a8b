/** Waiting that can be broken off. */
import type { Clock } from '../../ports/clock.js';

/** Resolves after `time` µs, or at once when `ended` aborts. */
export function sleep(clock: Clock, time: number, ended?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      cancel();
      ended?.removeEventListener('abort', end);
      resolve();
    };
    const cancel = clock.at(clock.now() + time, end);
    ended?.addEventListener('abort', end, { once: true });
    if (ended?.aborted) end();
  });
}
