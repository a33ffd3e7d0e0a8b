/**
 * Collects writes while one is under way and stores them together: a burst of commits costs few syncs.
 * Invariant: writes are stored in the order they were added; when one fails, all that wait behind it fail too,
 * so a position is never stored without the effects that led to it.
 */
import type { Effect } from '../core/effect.js';
import type { Position } from '../ports/journal.js';
import type { Allowance } from '../ports/store.js';

/** What one transaction stores; undefined parts stay as they are. */
export interface Writes {
  readonly position: Position | undefined;
  readonly effects: readonly Effect[];
  readonly allowances: readonly Allowance[] | undefined;
}

export interface WriteQueue {
  /** Resolves when the write is durable. Rejects with what `store` threw; then nothing of it is stored. */
  add(writes: Writes): Promise<void>;
  /** Resolves when nothing is under way or waiting. Never rejects. */
  idle(): Promise<void>;
}

interface Waiting {
  readonly writes: Writes;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** A queue in front of `store`, which is never called twice at a time. */
export function writeQueue(store: (writes: Writes) => Promise<void>): WriteQueue {
  let waiting: Waiting[] = [];
  let running: Promise<void> | undefined;

  const takeAll = (): Waiting[] => {
    const taken = waiting;
    waiting = [];
    return taken;
  };
  const drain = async (): Promise<void> => {
    while (waiting.length > 0) {
      const batch = takeAll();
      try {
        await store(together(batch));
        for (const { resolve } of batch) resolve();
      } catch (error) {
        for (const { reject } of [...batch, ...takeAll()]) reject(error);
      }
    }
    running = undefined;
  };
  return {
    add: (writes) =>
      new Promise<void>((resolve, reject) => {
        waiting.push({ writes, resolve, reject });
        running ??= Promise.resolve().then(drain);
      }),
    idle: async () => {
      while (running !== undefined) await running;
    },
  };
}

function together(batch: readonly Waiting[]): Writes {
  const writes = batch.map((item) => item.writes);
  return {
    position: writes.findLast((write) => write.position !== undefined)?.position,
    effects: writes.flatMap((write) => write.effects),
    allowances: writes.findLast((write) => write.allowances !== undefined)?.allowances,
  };
}
