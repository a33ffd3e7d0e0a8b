/** What is known of a jail: of the agent, of the files it comes from, and of what it did, from the journal. */
import type { AgentStatus, JailStatus } from '../agent/agent-status.js';
import type { BanView } from '../agent/explanation.js';
import { DEFAULT_CONFIG_DIRECTORY } from '../config/directories.js';
import type { JailEntry } from '../config/files/configuration-files.js';
import type { AgentClient } from '../control/client.js';
import { jailAmong } from '../control/jail-named.js';
import type { Entry } from '../core/entry.js';
import { F2bError } from '../errors.js';
import { EVENT_FIELDS } from '../events/fields.js';
import type { JournalHistory } from '../ports/journal.js';
import { jailEntry, notInForce } from './arguments/jail-argument.js';
import type { Dependencies } from './dependencies.js';
import { eventMatches } from './event-matches.js';
import { backwards, last } from './event-reader.js';
import { journalOrWhyNot } from './journal-or-why-not.js';

/** As many events as systemctl(1) shows lines. */
const MAX_EVENTS = 10;

/** More bans of the journal are not counted: an attacker makes as many as they like. */
const MAX_BANS = 10_000;

/** The newest bans that the journal tells of. */
export interface ToldBans {
  readonly count: number;
  /** When the first of them was told, µs since the epoch. */
  readonly since: number;
  /** Whether there are older ones, which are not counted. */
  readonly atLeast: boolean;
}

export interface JailOverview {
  readonly jail: JailStatus;
  /** Undefined of jails without a file, and of one whose file is gone. */
  readonly entry: JailEntry | undefined;
  /** Undefined where there are too many to list. */
  readonly bans: readonly BanView[] | undefined;
  /** The newest events, oldest first; or why the journal cannot be read. */
  readonly events: readonly Entry[] | F2bError;
  /** Undefined where it tells of none, or cannot be read. */
  readonly told: ToldBans | undefined;
}

/** So many bans are looked through for the newest; more are only counted. */
const MOST_LISTED = 1_000;

/** Throws UNKNOWN_JAIL, or JAIL_NOT_ACTIVE for one that is switched off. `isWhole`: all bans, with their evidence. */
export async function jailOverviews(
  names: readonly string[],
  { jails }: AgentStatus,
  { client, isWhole }: { readonly client: AgentClient; readonly isWhole: boolean },
  dependencies: Dependencies,
): Promise<readonly JailOverview[]> {
  const known = await dependencies.configuration.jails(DEFAULT_CONFIG_DIRECTORY);
  const found = names.map((name) => jailAmong(name, jails) ?? refuse(name, known));
  return Promise.all(
    found.map(async (jail) => {
      const told = await journalOrWhyNot(() => toldBans(jail.name, dependencies));
      return {
        jail,
        entry: known.find(({ name }) => name === jail.name),
        bans:
          isWhole || jail.banned <= MOST_LISTED ? await client.bans({ jail: jail.name, evidence: isWhole }) : undefined,
        events: await journalOrWhyNot(() => newestEvents(jail.name, dependencies)),
        told: told instanceof F2bError ? undefined : told,
      };
    }),
  );
}

function refuse(text: string, known: readonly JailEntry[]): never {
  throw notInForce(jailEntry(text, known));
}

const ALL = { addresses: undefined, jails: undefined, since: undefined, until: undefined } as const;

/** What is read of the agent's events with these terms, all of which journald has an index of. */
async function readEvents<T>(
  terms: readonly string[],
  fields: readonly string[],
  dependencies: Dependencies,
  read: (journal: JournalHistory) => T,
): Promise<T> {
  const matches = eventMatches(dependencies).map((ofAgent) => [...ofAgent, ...terms]);
  const journal = await dependencies.openJournal({ matches, fields });
  try {
    return read(journal);
  } finally {
    journal.close();
  }
}

function newestEvents(jail: string, dependencies: Dependencies): Promise<readonly Entry[]> {
  return readEvents([`F2B_JAIL=${jail}`], EVENT_FIELDS, dependencies, (journal) => last(journal, ALL, MAX_EVENTS));
}

function toldBans(jail: string, dependencies: Dependencies): Promise<ToldBans | undefined> {
  return readEvents([`F2B_JAIL=${jail}`, 'F2B_EVENT=ban'], ['F2B_EVENT'], dependencies, countBans);
}

function countBans(journal: JournalHistory): ToldBans | undefined {
  let [count, since] = [0, 0];
  for (const { receivedAt } of backwards(journal, { ...ALL, kinds: ['ban'] })) {
    if (count === MAX_BANS) return { count, since, atLeast: true };
    [count, since] = [count + 1, receivedAt];
  }
  return count === 0 ? undefined : { count, since, atLeast: false };
}
