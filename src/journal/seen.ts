/**
 * Tells entries that were delivered before from those that were not, where the last one delivered is gone and reading
 * has to begin earlier. Invariant: nothing that came after it is held back.
 */

import { type Cursor, isSeen, parseCursor } from '../core/cursor.js';
import type { Entry } from '../core/entry.js';
import { MICROS_PER_SECOND } from '../core/time.js';

/** How long before the saved entry reading begins when boots lie between, µs: clocks may have been set back. */
export const SLACK = 3600 * MICROS_PER_SECOND;

export interface Seen {
  /** Those of the entries that are new. */
  fresh(entries: readonly Entry[]): readonly Entry[];
  /** True once no entry can follow that is not new. */
  readonly isOver: boolean;
}

/** `saved`: the last entry delivered. `presentBoot`: all that is read is of this boot, if given. */
export function seenUpTo(saved: Cursor, presentBoot: string | undefined): Seen {
  let isOver = false;
  const isBeyond = (entry: Cursor): boolean =>
    presentBoot === undefined
      ? entry.realtime > saved.realtime + BigInt(SLACK)
      : entry.bootId === saved.bootId && entry.monotonic > saved.monotonic;
  return {
    fresh(entries) {
      const cursors = entries.map(({ cursor }) => parseCursor(cursor));
      isOver ||= entries.length > 0 && cursors.every((cursor) => cursor === undefined || isBeyond(cursor));
      return entries.filter((_, index) => {
        const cursor = cursors[index];
        return cursor === undefined || !isSeen(cursor, saved, presentBoot);
      });
    },
    get isOver() {
      return isOver;
    },
  };
}
