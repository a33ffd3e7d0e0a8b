/**
 * One consumer of the journal with one set of jails: what a reload ends and replaces.
 * It is positioned and warmed up before it is handed out, so that following it loses and repeats nothing.
 */

import type { OrderedQueue } from '../../async/ordered-queue.js';
import type { Decider } from '../../core/deciding/decider.js';
import type { Entry } from '../../core/entry.js';
import type { JournalSource } from '../../core/journal-source.js';
import type { Journal, JournalPlace, JournalStart, LiveJournal, Position } from '../../ports/journal.js';
import type { SelfCheck } from '../../ports/self-check.js';
import type { Apply } from '../applying/apply.js';
import { jailsByName } from '../jails-by-name.js';
import type { Sparing } from '../sparing/sparing.js';
import type { Timekeeper } from '../time/timekeeper.js';
import { banIsNear } from './ban-is-near.js';
import { createFollower, type Follower } from './follower.js';
import { createJournals, type Journals, type RemoteHosts, type WantedJournal } from './journals/journals.js';
import { type Merged, mergedJournal, type NamedJournal } from './journals/merged-journal.js';
import { createOtherJournal } from './journals/other-journal.js';
import { createProgress, startAt, unreadFrom } from './journals/progress.js';
import { createPipeline, type Matched } from './pipeline.js';
import { prefetchesOf } from './prefetch.js';
import type { RunningJail } from './running-jail.js';
import { warmUp } from './warm-up.js';

/**
 * Opens the machine's own journal, or that of the source, for these alternatives of FIELD=value, with these fields in the
 * entries.
 */
export type OpenJournal<J extends Journal = Journal> = (
  matches: readonly (readonly string[])[],
  fields: readonly string[],
  source?: JournalSource,
) => J;

export interface JournalConsumer {
  readonly jails: readonly RunningJail[];
  readonly journal: Merged<LiveJournal>;
  /** The journals beside the machine's own. */
  readonly others: readonly NamedJournal<LiveJournal>[];
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
  readonly remoteHosts: RemoteHosts;
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
 * Starts at the saved position, or at `start` when nothing is saved of a journal yet. Rejects with the reason of `ending` once that
 * aborts.
 */
export async function createJournalConsumer(
  parts: Parts,
  saved: Position | undefined,
  start: JournalStart,
): Promise<JournalConsumer> {
  const { jails, decider, apply, decisions } = parts;
  const journals = createJournals(
    jails.filter((jail) => !jail.config.settings.recidive),
    parts.remoteHosts,
  );
  const position = startingPosition(saved, start, journals.others);
  const pipeline = createPipeline({
    routing: journals.routing,
    progress: createProgress(position),
    decider,
    addressesOf: parts.sparing.addressesOf,
    latest: parts.time.latest,
  });
  const jailNamed = jailsByName(() => jails);
  const maxretryOf = (jail: string) => jailNamed(jail)?.config.settings.maxretry;
  // Of jails that were read for before, too: their sessions are rebuilt from the journal.
  for (const { matcher } of jails) matcher.reset();
  const { journal, others } = await openAll(parts, journals, position, pipeline.warm);

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
    others,
    follower,
    stop,
    close: () => journal.close(),
    end: () => stop().finally(() => journal.close()),
  };
}

/**
 * Where each journal is begun: one that was not read before, from when on the machine's own is, and not before `start`; a
 * remote host's at `start`, as it is found some time after its first entries came.
 */
function startingPosition(
  saved: Position | undefined,
  start: JournalStart,
  others: Journals<RunningJail>['others'],
): Position {
  const position = saved ?? unreadFrom(start);
  if (others.length === 0) return { cursor: position.cursor, receivedAt: position.receivedAt };
  const unread: JournalPlace = {
    cursor: '',
    receivedAt: Math.max(position.receivedAt, unreadFrom(start).receivedAt),
  };
  const places = others.map(({ source: { name, host } }) => {
    const first = host === undefined ? unread : { cursor: '', receivedAt: unreadFrom(start).receivedAt };
    return [name, saved?.others?.[name] ?? first] as const;
  });
  return { ...position, others: Object.fromEntries(places) };
}

/** The journals, each standing at its place, with the sessions up to there rebuilt. */
async function openAll(
  { openJournal, selfCheck, ending }: Parts,
  { own, others }: Journals<RunningJail>,
  position: Position,
  warm: (entries: readonly Entry[]) => void,
): Promise<Pick<JournalConsumer, 'journal' | 'others'>> {
  const opened: LiveJournal[] = [];
  const begin = async (journal: LiveJournal, place: JournalPlace, feed = warm): Promise<LiveJournal> => {
    opened.push(journal);
    if (place.cursor === '') journal.seek(startAt(place));
    else await warmUp(journal, place, feed, ending);
    return journal;
  };
  const { matches, fields } = withSelfCheck(own, selfCheck);
  try {
    const journal = await begin(openJournal(matches, fields), position);
    const named: NamedJournal<LiveJournal>[] = [];
    for (const { source, ...wanted } of others) {
      const { name } = source;
      const other = createOtherJournal(() => openJournal(wanted.matches, wanted.fields, source));
      const feed = (entries: readonly Entry[]) => warm(entries.map((entry) => ({ ...entry, source: name })));
      named.push({ name, journal: await begin(other, position.others?.[name] ?? position, feed) });
    }
    return { journal: mergedJournal(journal, named), others: named };
  } catch (cause) {
    for (const journal of opened) journal.close();
    throw cause;
  }
}

function withSelfCheck({ matches, fields }: WantedJournal, selfCheck: SelfCheck | undefined) {
  if (selfCheck === undefined) return { matches, fields };
  return { matches: [...matches, selfCheck.match], fields: [...new Set([...fields, ...selfCheck.fields])] };
}
