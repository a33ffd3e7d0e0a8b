/**
 * Keeps one watch over the journal alive: across reloads, and across a journal that cannot be read for a while.
 * Each goes on exactly where the one before ended.
 */

import { createDeferred } from '../../async/deferred.js';
import type { OrderedQueue } from '../../async/ordered-queue.js';
import { createSerialQueue } from '../../async/serial-queue.js';
import { createTimer } from '../../async/timer.js';
import type { Decider } from '../../core/decider.js';
import { MICROS_PER_SECOND } from '../../core/time.js';
import { F2bError } from '../../errors.js';
import type { Clock } from '../../ports/clock.js';
import type { JournalStart, LiveJournal } from '../../ports/journal.js';
import type { Apply } from '../applying/apply.js';
import { createProblemSlot } from '../problems/problem-slot.js';
import type { Problems } from '../problems/problems.js';
import type { Sparing } from '../sparing/sparing.js';
import type { Timekeeper } from '../time/timekeeper.js';
import { createJournalConsumer, type OpenJournal, type Watch } from './journal-consumer.js';
import type { RunningJail } from './running-jail.js';

/** How long after the journal failed it is opened again, µs. */
const REOPEN_AFTER = 5 * MICROS_PER_SECOND;

interface Parts {
  readonly clock: Clock;
  readonly decider: Decider;
  readonly apply: Apply;
  readonly decisions: OrderedQueue;
  readonly problems: Problems;
  readonly openJournal: OpenJournal<LiveJournal>;
  readonly sparing: Sparing;
  readonly time: Timekeeper;
  /** Where to start when no position is saved. */
  readonly start: JournalStart;
  readonly untilIdle: boolean;
}

export interface ConsumerSupervisor {
  readonly current: Watch;
  /** Entries read since the start. */
  readonly entries: number;
  /** True while entries are there that were not taken yet. */
  readonly isBusy: boolean;
  /** Begins to read. Resolves when an `untilIdle` run is done; rejects when the agent cannot go on. */
  begin(): Promise<void>;
  /** Goes on with other jails from the position reached: at once, or as soon as the journal can be read. */
  replace(jails: readonly RunningJail[]): Promise<void>;
  /** What the watchdog asks: false while reading makes no progress. */
  advanced(): boolean;
  end(): Promise<void>;
}

export async function createConsumerSupervisor(
  parts: Parts,
  jails: readonly RunningJail[],
): Promise<ConsumerSupervisor> {
  const { clock, apply, problems, time } = parts;
  const opener = createOpener(parts);
  let wanted = jails;
  let isEnded = false;
  const problem = createProblemSlot(problems);
  const reopen = createTimer(clock, () => void exchange());
  const givenUp = createDeferred<never>();
  let current = await opener.open(jails);
  // Two exchanges at once would leave a watch behind that nobody ends.
  const inTurn = createSerialQueue();
  const exchange = () =>
    inTurn(async () => {
      if (isEnded) return;
      reopen.cancel();
      await current.stop();
      const next = await opener.open(wanted);
      current.close();
      current = next;
      problem.over();
      current.follower.follow(failed);
    }).catch(failed);
  const failed = (cause: unknown) => {
    if (isEnded) return;
    if (!(cause instanceof F2bError)) return givenUp.reject(cause);
    problem.met(cause);
    reopen.set(clock.now() + REOPEN_AFTER);
  };

  return {
    get current() {
      return current;
    },
    get entries() {
      return opener.entries;
    },
    get isBusy() {
      return current.follower.isBusy;
    },
    begin() {
      if (parts.untilIdle) return current.follower.drain();
      current.follower.follow(failed);
      return givenUp.promise;
    },
    replace(set) {
      wanted = set;
      return exchange();
    },
    advanced: () => current.follower.advanced(),
    end() {
      isEnded = true;
      reopen.cancel();
      time.stop();
      return inTurn(() => current.end().then(apply.savePosition));
    },
  };
}

/** Opens watches at the position reached, and counts the entries of all of them. */
function createOpener(parts: Parts) {
  let entries = 0;
  const counted = (count: number) => {
    entries += count;
  };
  return {
    open: (jails: readonly RunningJail[]): Promise<Watch> =>
      createJournalConsumer({ ...parts, jails, counted }, parts.apply.position, parts.start),
    get entries() {
      return entries;
    },
  };
}
