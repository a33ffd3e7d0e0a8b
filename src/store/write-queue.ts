/**
 * Stores the writes of a burst together: few syncs.
 * Invariant: writes are stored in the order they were added; when one fails, all that wait behind it fail too,
 * so a position is never stored without the effects that led to it.
 */

import { type BatchQueue, createBatchQueue } from '../async/batch-queue.js';
import type { Effect } from '../core/effect.js';
import type { Position } from '../ports/journal.js';
import type { Allowance } from '../ports/store.js';

/** What one transaction stores; undefined parts stay as they are. */
export interface Writes {
  readonly position: Position | undefined;
  readonly effects: readonly Effect[];
  readonly allowances: readonly Allowance[] | undefined;
}

/** True of a write that only asks whether all is still there. */
export function isEmpty({ position, effects, allowances }: Writes): boolean {
  return position === undefined && effects.length === 0 && allowances === undefined;
}

/** A queue in front of `store`, which is never called twice at a time. */
export function createWriteQueue(store: (writes: Writes) => Promise<void>): BatchQueue<Writes> {
  return createBatchQueue((writes) => store(together(writes)));
}

function together(writes: readonly Writes[]): Writes {
  return {
    position: writes.findLast((write) => write.position !== undefined)?.position,
    effects: writes.flatMap((write) => write.effects),
    allowances: writes.findLast((write) => write.allowances !== undefined)?.allowances,
  };
}
