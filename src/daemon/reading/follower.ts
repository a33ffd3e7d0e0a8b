/**
 * Reads the journal to its end, over and over, and hands every batch to `take`.
 * One batch at a time: the next is read only after the last was taken, so the saved position never runs ahead.
 */
import type { Entry } from '../../core/entry.js';
import type { Journal } from '../../ports/journal.js';

/** Entries taken at once: few enough to decide quickly, many enough to make one commit of a storm. */
const BATCH = 1_000;

export interface Follower {
  /** Reads what is there now, up to the end. Also wakes the reader that is at the end. */
  drain(): Promise<void>;
  /** Follows until `stop`; errors of `take` and of the journal go to `failed`. */
  follow(failed: (cause: unknown) => void): void;
  stop(): Promise<void>;
  /** True while it follows and is not at the end. */
  readonly isBusy: boolean;
  /** A part of a batch is done. */
  moved(): void;
  /** True while no batch has been waiting longer than one look at it: what the watchdog asks. */
  advanced(): boolean;
}

export function createFollower(
  journal: Journal,
  take: (entries: readonly Entry[]) => Promise<void>,
  idle: () => Promise<void>,
): Follower {
  let stopped = false;
  let awake = false;
  let again = false;
  let batches = 0;
  let seen = { batches: -1, busy: false };
  let running: Promise<void> = Promise.resolve();
  let unsubscribe = () => {};

  const drain = async (): Promise<void> => {
    while (!stopped) {
      const entries = journal.read(BATCH);
      if (entries.length > 0) await take(entries);
      else if (journal.isAtEnd) return idle();
      // Entries that were seen before may be very many: other work has its turn meanwhile.
      else await new Promise<void>((resolve) => setImmediate(resolve));
      batches += 1;
    }
  };

  const drainUntilQuiet = async (): Promise<void> => {
    do {
      again = false;
      await drain();
    } while (again && !stopped);
  };

  return {
    drain,
    follow(failed) {
      const wake = () => {
        again = true;
        if (awake || stopped) return;
        awake = true;
        running = drainUntilQuiet()
          .catch(failed)
          .finally(() => {
            awake = false;
          });
      };
      unsubscribe = journal.onChange(wake);
      wake();
    },
    async stop() {
      stopped = true;
      unsubscribe();
      await running;
    },
    get isBusy() {
      return awake;
    },
    moved() {
      batches += 1;
    },
    advanced() {
      const stalled = awake && seen.busy && seen.batches === batches;
      seen = { batches, busy: awake };
      return !stalled;
    },
  };
}
