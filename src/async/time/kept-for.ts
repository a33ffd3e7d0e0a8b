/** What takes long to read, for who asks several times in a row. */
import type { Clock } from '../../ports/clock.js';

/** Reads again once what was read is older than `lifetime`, µs. What `read` throws is not kept. */
export function keptFor<T>(clock: Clock, lifetime: number, read: () => T): () => T {
  let kept: { readonly value: T; readonly until: number } | undefined;
  return () => {
    if (kept === undefined || clock.elapsed() >= kept.until) {
      const value = read();
      kept = { value, until: clock.elapsed() + lifetime };
    }
    return kept.value;
  };
}
