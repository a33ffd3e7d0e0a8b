/**
 * Replaces the consumer of the journal at a reload, and opens it again after the journal could not be read.
 * Invariant: there is one consumer at a time, and each goes on exactly where the one before ended.
 */

import { createDeferred } from '../../async/deferred.js';
import type { OrderedQueue } from '../../async/ordered-queue.js';
import { createSerialQueue } from '../../async/serial-queue.js';
import { createTimer } from '../../async/time/timer.js';
import type { JailConfig } from '../../config/config.js';
import type { Decider } from '../../core/deciding/decider.js';
import type { Entry } from '../../core/entry.js';
import { MICROS_PER_SECOND } from '../../core/time.js';
import { F2bError } from '../../errors.js';
import type { Clock } from '../../ports/clock.js';
import type { JournalStart, LiveJournal } from '../../ports/journal.js';
import type { SelfCheck } from '../../ports/self-check.js';
import type { Apply } from '../applying/apply.js';
import { createProblemSlot } from '../problems/problem-slot.js';
import type { Problems } from '../problems/problems.js';
import type { Sparing } from '../sparing/sparing.js';
import type { Timekeeper } from '../time/timekeeper.js';
import { createHearing } from './hearing.js';
import { createJournalConsumer, type JournalConsumer, type OpenJournal } from './journal-consumer.js';
import { haveHostsChanged, type RemoteHosts, unreadHosts } from './journals/journals.js';
import { lookAtOthers } from './journals/other-journal.js';
import { longestFindtime, type RunningJail } from './running-jail.js';

/** How long after the journal failed it is opened again, µs. */
const REOPEN_AFTER = 5 * MICROS_PER_SECOND;

interface Parts {
  readonly clock: Clock;
  readonly decider: Decider;
  readonly apply: Apply;
  readonly decisions: OrderedQueue;
  readonly problems: Problems;
  readonly openJournal: OpenJournal<LiveJournal>;
  readonly remoteHosts: RemoteHosts;
  readonly sparing: Sparing;
  readonly time: Timekeeper;
  /** Where to start when no position is saved; undefined: as far back as any jail counts. */
  readonly start: JournalStart | undefined;
  readonly untilIdle: boolean;
  /** Aborts before `end` is called. */
  readonly ending: AbortSignal;
  /** By which the agent finds out that it hears; undefined when this run does not follow what it writes to. */
  readonly selfCheck: SelfCheck | undefined;
}

export interface ConsumerSupervisor {
  readonly current: JournalConsumer;
  /** Entries read since the start. */
  readonly entries: number;
  /** True while entries are there that were not taken yet. */
  readonly isBusy: boolean;
  /** Begins to read. Resolves when an `untilIdle` run is done; rejects when the agent cannot go on. */
  begin(): Promise<void>;
  /** Goes on with other jails from the position reached: at once, or as soon as the journal can be read. */
  replace(others: (jails: readonly RunningJail[]) => readonly RunningJail[]): Promise<void>;
  /** Gives the jail of that name other limits while it runs. */
  limit(config: JailConfig): void;
  /** Makes sure that it hears; to be called every few seconds. */
  look(): void;
  /** What the watchdog asks: false while reading makes no progress. */
  advanced(): boolean;
  /** What waits for answers, or reads sessions again, is left where it is. */
  end(): Promise<void>;
}

/** Rejects with the reason of `ending` once that aborts. */
export async function createConsumerSupervisor(
  parts: Parts,
  jails: readonly RunningJail[],
): Promise<ConsumerSupervisor> {
  const { clock, apply, problems, time, ending } = parts;
  const hearing = hearingOf(parts, { current: () => current, exchange: () => exchange() });
  const startFor = (set: readonly RunningJail[]): JournalStart =>
    parts.start ?? { kind: 'since', since: clock.now() - longestFindtime(set) };
  /** Opens a consumer at the position reached. */
  const open = (set: readonly RunningJail[]): Promise<JournalConsumer> =>
    createJournalConsumer({ ...parts, jails: set, heard: hearing.heard }, apply.position, startFor(set));
  let wanted = jails;
  const problem = createProblemSlot(problems);
  const reopen = createTimer(clock, () => void exchange());
  const givenUp = createDeferred<never>();
  let current = await open(jails);
  // Two exchanges at once would leave a consumer behind that nobody ends.
  const inTurn = createSerialQueue();
  const exchange = () =>
    inTurn(async () => {
      if (ending.aborted) return;
      reopen.cancel();
      await current.stop();
      const next = await open(wanted);
      current.close();
      current = next;
      problem.over();
      current.follower.follow(failed);
    }).catch(failed);
  const failed = (cause: unknown) => {
    if (ending.aborted) return;
    if (!(cause instanceof F2bError)) return givenUp.reject(cause);
    problem.met(cause);
    // On a busy machine it fails many times a second: each of them must not put it off further.
    if (reopen.setFor === undefined) reopen.set(clock.now() + REOPEN_AFTER);
  };

  return {
    get current() {
      return current;
    },
    get entries() {
      return hearing.entries;
    },
    get isBusy() {
      return current.follower.isBusy;
    },
    begin() {
      if (parts.untilIdle) return current.follower.drain();
      current.follower.follow(failed);
      return givenUp.promise;
    },
    replace(others) {
      wanted = others(wanted);
      return exchange();
    },
    limit: (config) => limitIn([...current.jails, ...wanted], config),
    look: () => hearing.look(failed),
    advanced: () => current.follower.advanced(),
    end() {
      reopen.cancel();
      time.stop();
      // The next start reads it again.
      parts.decisions.close();
      return inTurn(() => current.end().then(apply.savePosition));
    },
  };
}

/** After a journal could not be read, others are wanted than are at work. */
function limitIn(jails: readonly RunningJail[], config: JailConfig): void {
  for (const jail of jails) if (jail.config.name === config.name) jail.limit(config);
}

interface Exchangeable {
  readonly current: () => JournalConsumer;
  /** Opens another one in its place. */
  readonly exchange: () => Promise<void>;
}

/** What is returned has the consumer replaced when other hosts send their journals than it reads. */
function hostWatch({ current, exchange }: Exchangeable): (remoteHosts: RemoteHosts) => void {
  let isPending = false;
  return (remoteHosts) => {
    if (isPending || !haveHostsChanged(current().jails, remoteHosts, current().others)) return;
    isPending = true;
    void exchange().finally(() => {
      isPending = false;
    });
  };
}

/** Hearing through whichever consumer is the current one; counts the entries that are not the agent's own checks. */
function hearingOf(parts: Parts, consumer: Exchangeable) {
  const { current } = consumer;
  const { clock, problems, selfCheck, remoteHosts } = parts;
  const lookAtHosts = hostWatch(consumer);
  let entries = 0;
  const unread = createProblemSlot(problems);
  const { heard, look } = createHearing({
    clock,
    problems,
    selfCheck,
    journal: () => current().journal,
    isBusy: () => current().follower.isBusy,
    reopen() {
      current().journal.reopen();
      current().follower.wake();
    },
  });
  return {
    look(failed: (cause: unknown) => void) {
      try {
        look();
        const seen = readOnce(remoteHosts);
        const passedOver = unreadHosts(current().jails, seen);
        lookAtOthers(current().others, !current().follower.isBusy, passedOver, unread);
        lookAtHosts(seen);
      } catch (cause) {
        failed(cause);
      }
    },
    heard(batch: readonly Entry[]) {
      const others = heard(batch);
      entries += others.length;
      return others;
    },
    get entries() {
      return entries;
    },
  };
}

/** Reads each folder once, however many jails ask for it. */
function readOnce(remoteHosts: RemoteHosts): RemoteHosts {
  const known = new Map<string, readonly string[]>();
  return (directory) => {
    const hosts = known.get(directory) ?? remoteHosts(directory);
    known.set(directory, hosts);
    return hosts;
  };
}
