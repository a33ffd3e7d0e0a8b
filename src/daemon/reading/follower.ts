/**
 * Reads the journal to its end, over and over, and hands every batch to `take`.
 * Invariants: one batch at a time, the next is read only after the last was taken; once one failed, nothing more is read.
 * So the saved position never runs ahead.
 */

import { nextTurn } from '../../async/next-turn.js';
import { createWorkLoop } from '../../async/work-loop.js';
import type { Entry } from '../../core/entry.js';
import type { Journal } from '../../ports/journal.js';

/** Entries taken at once, at most: few enough to decide quickly, many enough to make one commit of a storm. */
const BATCH = 1_000;
/** Entries after which other work has its turn: each step of a commit that is under way waits for one. */
const TURN = 300;

export interface Follower {
  /** Reads what is there now, up to the end. Also wakes the reader that is at the end. */
  drain(): Promise<void>;
  /** Follows until `stop`, or until an error of `take` or the journal, which goes to `failed`. */
  follow(failed: (cause: unknown) => void): void;
  /** Looks for entries though nobody told of any. */
  wake(): void;
  stop(): Promise<void>;
  /** True while it follows and is not at the end. */
  readonly isBusy: boolean;
  /** A part of a batch is done. */
  moved(): void;
  /** True while no batch has been waiting longer than one look at it: what the watchdog asks. */
  advanced(): boolean;
}

export function createFollower(
  journal: Pick<Journal, 'read' | 'isAtEnd' | 'onChange'>,
  take: (entries: readonly Entry[]) => Promise<void>,
  idle: () => Promise<void>,
): Follower {
  let stopped = false;
  let batches = 0;
  let seen = { batches: -1, busy: false };
  let failed = (_cause: unknown) => {};
  let unsubscribe = () => {};

  const drain = async (): Promise<void> => {
    let taken = 0;
    while (!stopped) {
      const entries = journal.read(BATCH);
      if (entries.length > 0) await take(entries);
      else if (journal.isAtEnd) return idle();
      taken += entries.length;
      // There may be very many entries, and many seen before: other work has its turn meanwhile.
      if (entries.length === 0 || taken >= TURN) {
        await nextTurn();
        taken = 0;
      }
      batches += 1;
    }
  };

  const stop = () => {
    stopped = true;
    unsubscribe();
    return loop.end();
  };
  const loop = createWorkLoop(drain, (cause) => {
    // What was taken out of the journal and not decided on would be passed over.
    void stop();
    failed(cause);
  });

  return {
    drain,
    follow(onFailure) {
      failed = onFailure;
      unsubscribe = journal.onChange(loop.wake);
      loop.wake();
    },
    wake: loop.wake,
    stop,
    get isBusy() {
      return loop.isRunning;
    },
    moved() {
      batches += 1;
    },
    advanced() {
      const busy = loop.isRunning;
      const stalled = busy && seen.busy && seen.batches === batches;
      seen = { batches, busy };
      return !stalled;
    },
  };
}
