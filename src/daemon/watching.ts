/**
 * Keeps one watch over the journal alive: across reloads, and across a journal that cannot be read for a while.
 * Each goes on exactly where the one before ended.
 */
import type { Decider } from '../core/decider.js';
import { MICROS_PER_SECOND } from '../core/time.js';
import { F2bError } from '../errors.js';
import type { Clock, JournalStart } from '../ports.js';
import type { Apply } from './apply.js';
import type { Problems } from './problems.js';
import type { RunningJail } from './running-jail.js';
import type { Sparing } from './sparing.js';
import type { Timekeeper } from './timekeeper.js';
import { createWatch, type OpenJournal, type Watch } from './watch.js';

/** How long after the journal failed it is opened again, µs. */
const REOPEN_AFTER = 5 * MICROS_PER_SECOND;

interface Parts {
  readonly clock: Clock;
  readonly decider: Decider;
  readonly apply: Apply;
  readonly problems: Problems;
  readonly openJournal: OpenJournal;
  readonly sparing: Sparing;
  readonly time: Timekeeper;
  /** Where to start when no position is saved. */
  readonly start: JournalStart;
  readonly untilIdle: boolean;
}

export interface Watching {
  readonly current: Watch;
  /** Entries read since the start. */
  readonly entries: number;
  /** True while entries are there that were not taken yet. */
  readonly isBusy: boolean;
  /** Begins to read. Resolves when an `untilIdle` run is done; rejects when the agent cannot go on. */
  begin(): Promise<void>;
  /** Goes on with other jails from the position reached. */
  replace(jails: readonly RunningJail[]): Promise<void>;
  /** What the watchdog asks: false while reading makes no progress. */
  advanced(): boolean;
  end(): Promise<void>;
}

export function createWatching(parts: Parts, jails: readonly RunningJail[]): Watching {
  const { clock, apply, problems, time } = parts;
  let entries = 0;
  let cancelReopen = () => {};
  let giveUp = (_cause: unknown) => {};

  const open = (set: readonly RunningJail[]) =>
    createWatch(
      {
        ...parts,
        jails: set,
        counted: (count) => {
          entries += count;
        },
      },
      apply.position,
      parts.start,
    );
  let current = open(jails);

  const failed = (cause: unknown) => {
    if (!(cause instanceof F2bError)) return giveUp(cause);
    problems.raise(cause);
    cancelReopen = clock.at(clock.now() + REOPEN_AFTER, () => {
      void replace(current.jails).then(() => problems.resolve(cause.code), failed);
    });
  };
  const replace = async (set: readonly RunningJail[]) => {
    cancelReopen();
    await current.end();
    current = open(set);
    current.follower.follow(failed);
  };

  return {
    get current() {
      return current;
    },
    get entries() {
      return entries;
    },
    get isBusy() {
      return current.follower.isBusy;
    },
    async begin() {
      if (parts.untilIdle) return current.follower.drain();
      return new Promise((_resolve, reject) => {
        giveUp = reject;
        current.follower.follow(failed);
      });
    },
    replace,
    advanced: () => current.follower.advanced(),
    async end() {
      cancelReopen();
      time.stop();
      await current.end();
      await apply.savePosition();
    },
  };
}
