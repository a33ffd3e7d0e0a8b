/**
 * One consumer of the journal with one set of jails: what a reload ends and replaces.
 * It is positioned and warmed up before it is handed out, so that following it loses and repeats nothing.
 */

import type { OrderedQueue } from '../../async/ordered-queue.js';
import type { Decider } from '../../core/decider.js';
import type { Entry } from '../../core/entry.js';
import type { Journal, JournalStart, LiveJournal, Position } from '../../ports/journal.js';
import type { SelfCheck } from '../../ports/self-check.js';
import type { Apply } from '../applying/apply.js';
import type { Sparing } from '../sparing/sparing.js';
import type { Timekeeper } from '../time/timekeeper.js';
import { banIsNear } from './ban-is-near.js';
import { createFollower, type Follower } from './follower.js';
import { createPipeline, type Matched } from './pipeline.js';
import { prefetchesOf } from './prefetch.js';
import { createRouting } from './routing.js';
import type { RunningJail } from './running-jail.js';
import { warmUp } from './warm-up.js';

/** Opens the journal for these alternatives of FIELD=value, with these fields in the entries. */
export type OpenJournal<J extends Journal = Journal> = (
  matches: readonly (readonly string[])[],
  fields: readonly string[],
) => J;

export interface JournalConsumer {
  readonly jails: readonly RunningJail[];
  readonly journal: LiveJournal;
  readonly follower: Follower;
  /** Stops following; resolves when all that was read is decided, or left. The journal can still be asked. */
  stop(): Promise<void>;
  close(): void;
  /** Stops and closes. */
  end(): Promise<void>;
}

interface Parts {
  readonly jails: readonly RunningJail[];
  readonly openJournal: OpenJournal<LiveJournal>;
  readonly decider: Decider;
  readonly apply: Apply;
  /** Where batches wait for answers, and for those before them. */
  readonly decisions: OrderedQueue;
  /** Told of every batch that was read; returns what of it is to be decided on. */
  readonly heard: (entries: readonly Entry[]) => readonly Entry[];
  readonly selfCheck: SelfCheck | undefined;
  readonly sparing: Sparing;
  readonly time: Timekeeper;
  readonly untilIdle: boolean;
  /** Aborts when the agent is to end. */
  readonly ending: AbortSignal;
}

/**
 * Starts at the saved position, or at `start` when nothing is saved yet. Rejects with the reason of `ending` once that
 * aborts.
 */
export async function createJournalConsumer(
  parts: Parts,
  saved: Position | undefined,
  start: JournalStart,
): Promise<JournalConsumer> {
  const { jails, decider, apply, decisions, ending } = parts;
  const routing = createRouting(jails.filter((jail) => !jail.config.settings.recidive));
  const pipeline = createPipeline({
    routing,
    decider,
    addressesOf: parts.sparing.addressesOf,
    latest: parts.time.latest,
  });
  const limits = new Map(jails.map(({ config: { name, settings } }) => [name, settings.maxretry]));
  const maxretryOf = (jail: string) => limits.get(jail);
  const { selfCheck } = parts;
  const journal = parts.openJournal(
    selfCheck === undefined ? routing.matches : [...routing.matches, selfCheck.match],
    selfCheck === undefined ? routing.fields : [...new Set([...routing.fields, ...selfCheck.fields])],
  );
  // Of jails that were read for before, too: their sessions are rebuilt from the journal.
  for (const { matcher } of jails) matcher.reset();
  try {
    if (saved === undefined) journal.seek(start);
    else await warmUp(journal, saved, pipeline.warm, ending);
  } catch (cause) {
    journal.close();
    throw cause;
  }

  const decide = async (matched: Matched) => {
    await parts.time.followClock();
    const decided = pipeline.decide(matched);
    for (let part = apply.decide(() => decided.next()); !part.done; part = apply.decide(() => decided.next())) {
      if (banIsNear(part.value.effects, maxretryOf)) journal.expectSoon();
      await apply.batch(part.value);
      follower.moved();
    }
  };
  const take = async (entries: readonly Entry[]) => {
    const matched = pipeline.match(parts.heard(entries));
    if (matched === undefined) return;
    await decisions.add(prefetchesOf(matched, parts.sparing), () => decide(matched));
  };
  const idle = async () => {
    if (parts.untilIdle) await decisions.settled();
    else await decisions.add(undefined, parts.time.expire);
  };
  const follower = createFollower(journal, take, idle);
  const stop = async () => {
    await follower.stop();
    await decisions.settled();
  };
  return {
    jails,
    journal,
    follower,
    stop,
    close: () => journal.close(),
    end: () => stop().finally(() => journal.close()),
  };
}
