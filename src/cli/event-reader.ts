/**
 * Reads the agent's own events from the journal: forwards, backwards, the last few, and those to come.
 * Only entries that systemd says are f2bd.service's count: anybody can write F2B_ fields.
 */
import { type Address, overlaps, parseAddress } from '../core/address/address.js';
import { receivedAtOf } from '../core/cursor.js';
import type { Entry } from '../core/entry.js';
import { globPattern, isGlob } from '../core/glob.js';
import { MICROS_PER_SECOND } from '../core/time.js';
import { F2bError } from '../errors.js';
import type { JournalHistory } from '../ports/journal.js';

/** Entries read at a time: few at first, so that the first line comes at once. */
const FIRST_BATCH = 16;
const BATCH = 500;

/** Where a clock was set, entries are not in the order of time: so much beyond the wanted time reading goes on, µs. */
const CLOCK_STEP = 3_600 * MICROS_PER_SECOND;

/** What was asked for. Times in µs since the epoch. */
export interface Selection {
  /** About one of these addresses, or anything that overlaps with it. */
  readonly addresses: readonly Address[] | undefined;
  /** About a jail, or a unit, whose name fits one of these, see jailPatterns. */
  readonly jails: readonly RegExp[] | undefined;
  readonly since: number | undefined;
  readonly until: number | undefined;
  /** Kinds of events; undefined: all. */
  readonly kinds?: readonly string[] | undefined;
  /** Levels of syslog from the most urgent to the least, both wanted. */
  readonly priorities?: readonly [number, number] | undefined;
  /** What the message must match. */
  readonly pattern?: RegExp | undefined;
  /** The id of the boot. */
  readonly boot?: string | undefined;
  /** Only behind this entry, or with it. */
  readonly from?: { readonly cursor: string; readonly isIncluded: boolean } | undefined;
}

function isWanted({ fields, receivedAt }: Entry, selection: Selection): boolean {
  const { addresses, jails, since = 0, until = Infinity } = selection;
  if (fields['F2B_EVENT'] === undefined || receivedAt < since || receivedAt > until) return false;
  if (!isOfKind(fields, selection)) return false;
  if (jails !== undefined && !jails.some((jail) => isOfJail(fields, jail))) return false;
  return addresses === undefined || aboutOf(fields).some((about) => addresses.some((one) => overlaps(one, about)));
}

function isOfKind(fields: Entry['fields'], { kinds, priorities, pattern, boot }: Selection): boolean {
  const level = Number(fields['PRIORITY'] ?? 6);
  return (
    (kinds === undefined || kinds.includes(fields['F2B_EVENT'] ?? '')) &&
    (priorities === undefined || (level >= priorities[0] && level <= priorities[1])) &&
    (boot === undefined || fields['_BOOT_ID'] === boot) &&
    (pattern === undefined || pattern.test(fields['MESSAGE'] ?? ''))
  );
}

/** Names as a person writes them: a glob, or the name of a jail or unit with or without `.service`. */
export function jailPatterns(names: readonly string[]): readonly RegExp[] {
  return names.flatMap((name) => (isGlob(name) ? [name] : [name, `${name}.service`])).map(globPattern);
}

/** A unit is the jail that is named after it, or the one whose entries journald dropped. */
function isOfJail({ F2B_JAIL: jail = '', F2B_UNIT: unit = '' }: Entry['fields'], wanted: RegExp): boolean {
  return wanted.test(jail) || wanted.test(unit);
}

/** What an event is about: one address, or all that a name was found to have. */
function aboutOf({ F2B_ADDRESS: text = '' }: Entry['fields']): readonly Address[] {
  return text
    .split('\n')
    .map(parseAddress)
    .filter((address) => address !== undefined);
}

/** The events in the order they happened, to the end of the journal, where `follow` can go on. */
export function* forwards(journal: JournalHistory, selection: Selection): Generator<Entry> {
  const { since, until = Infinity, from } = selection;
  if (from !== undefined) seekTo(journal, from);
  else journal.seek(since === undefined ? { kind: 'head' } : { kind: 'since', since });
  for (const entries of batches((limit) => journal.read(limit))) {
    yield* entries.filter((entry) => isWanted(entry, selection));
    if (entries.every(({ receivedAt }) => receivedAt > until + CLOCK_STEP)) return;
  }
}

/** When the entry was received, µs since the epoch. Throws USAGE for what is no cursor. */
function timeOf(cursor: string): number {
  const receivedAt = receivedAtOf(cursor);
  if (receivedAt !== undefined) return receivedAt;
  const hint = 'f2bctl log -n 1 --show-cursor prints one';
  throw new F2bError('USAGE', `${JSON.stringify(cursor.slice(0, 80))} is no cursor of the journal`, { hint });
}

/** Throws USAGE for what is no cursor. */
function seekTo(journal: JournalHistory, { cursor, isIncluded }: NonNullable<Selection['from']>): void {
  const receivedAt = timeOf(cursor);
  const isThere = isIncluded && journal.entryAt(cursor) !== undefined;
  journal.seek(isThere ? { kind: 'since', since: receivedAt } : { kind: 'cursor', cursor, receivedAt });
}

/** The events, newest first. Throws USAGE for what is no cursor. */
export function* backwards(journal: JournalHistory, selection: Selection): Generator<Entry> {
  const { since = 0, from } = selection;
  const start = from === undefined ? since : Math.max(since, timeOf(from.cursor));
  journal.seek({ kind: 'tail' });
  for (const entries of batches((limit) => journal.readBackwards(limit))) {
    const end = entries.findIndex(({ cursor }) => cursor === from?.cursor);
    const behind = end < 0 ? entries : entries.slice(0, from?.isIncluded ? end + 1 : end);
    yield* behind.filter((entry) => isWanted(entry, selection));
    if (end >= 0 || entries.every(({ receivedAt }) => receivedAt < start - CLOCK_STEP)) return;
  }
}

/** What is read until there is nothing more. */
export function* batches(read: (limit: number) => readonly Entry[]): Generator<readonly Entry[]> {
  for (let limit = FIRST_BATCH; ; limit = Math.min(BATCH, 2 * limit)) {
    const entries = read(limit);
    if (entries.length === 0) return;
    yield entries;
  }
}

/** The newest `count` events, oldest first. */
export function last(journal: JournalHistory, selection: Selection, count: number): readonly Entry[] {
  const found: Entry[] = [];
  if (count === 0) return found;
  for (const entry of backwards(journal, selection)) {
    if (found.push(entry) >= count) break;
  }
  return found.reverse();
}

/** Moves to the end of the journal and returns the newest `count` events; `follow` goes on right behind them. */
export function lastBeforeFollowing(journal: JournalHistory, selection: Selection, count: number): readonly Entry[] {
  journal.seek({ kind: 'tail' });
  const [newest] = journal.readBackwards(1);
  if (newest === undefined) {
    journal.seek({ kind: 'head' });
    return [];
  }
  const until = Math.min(newest.receivedAt, selection.until ?? Infinity);
  const events = last(journal, { ...selection, until }, count);
  journal.seek({ kind: 'cursor', cursor: newest.cursor, receivedAt: newest.receivedAt });
  return events;
}

/** The events from where the journal stands to its end. */
export function* newIn(journal: JournalHistory, selection: Selection): Generator<Entry> {
  do for (const entry of journal.read(BATCH)) if (isWanted(entry, selection)) yield entry;
  while (!journal.isAtEnd);
}

/** Calls `show` for each event from where the journal stands, as they come, until `stop` is aborted. */
export function follow(
  journal: JournalHistory,
  selection: Selection,
  show: (entry: Entry) => void,
  stop: AbortSignal,
): Promise<void> {
  const drain = (): void => {
    for (const entry of newIn(journal, selection)) show(entry);
  };
  return new Promise((resolve) => {
    const unsubscribe = journal.onChange(drain);
    const end = (): void => {
      unsubscribe();
      resolve();
    };
    if (stop.aborted) return end();
    stop.addEventListener('abort', end, { once: true });
    drain();
  });
}
