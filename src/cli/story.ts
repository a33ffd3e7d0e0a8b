/**
 * What was done about an address before, from the agent's own events in the journal.
 * Invariant: no more is read than a person reads, and no journal that may not be read keeps the rest from being told.
 */
import type { Explanation } from '../agent/explanation.js';
import { isSingle, networkOf } from '../core/address/address.js';
import type { Entry } from '../core/entry.js';
import type { F2bError } from '../errors.js';
import { EVENT_FIELDS } from '../events/fields.js';
import type { JournalHistory } from '../ports/journal.js';
import type { Dependencies } from './dependencies.js';
import { eventMatches } from './event-matches.js';
import { last } from './event-reader.js';
import { journalOrWhyNot } from './journal-or-why-not.js';

/** An entry as it was logged; `line` is undefined when journald has vacuumed it. */
type Evidence = Explanation['entries'][number];

/** A ban, an unban, a failure that was spared, or that a ban is without effect, and the entries behind it. */
export interface StoryEvent {
  readonly event: string;
  /** µs since the epoch. */
  readonly at: number;
  readonly jail: string;
  readonly address: string;
  readonly message: string;
  /** The number of the user who asked for it. */
  readonly by?: number;
  readonly entries: readonly Evidence[];
}

/** The events, or why they cannot be read. */
export type Story = readonly StoryEvent[] | F2bError;

const KINDS = ['ban', 'unban', 'spared', 'ineffective'];

/** The newest so many. */
const MAX_EVENTS = 50;
/** Of each event. */
const MAX_ENTRIES = 20;

/** Prefixes that bans are widened to: by IPv6Prefix= and AggregateAfter=, unless set otherwise. */
const WIDER = { 4: [24], 6: [64, 56, 48] } as const;

/** Oldest first; or why the journal cannot be read. */
export function storyOf(explanation: Explanation, { agentUser, openJournal }: Dependencies): Promise<Story> {
  return journalOrWhyNot(async () => {
    const journal = await openJournal({
      matches: matchesFor(explanation, eventMatches({ agentUser })),
      fields: EVENT_FIELDS,
    });
    try {
      return eventsIn(journal, explanation);
    } finally {
      journal.close();
    }
  });
}

/** Found by journald's index of F2B_ADDRESS; a prefix is looked for in all events. */
function matchesFor(
  { address, bans, offenders }: Explanation,
  matches: readonly (readonly string[])[],
): readonly (readonly string[])[] {
  if (!isSingle(address)) return matches;
  const around = WIDER[address.family].map((length) => networkOf(address, length));
  const known = [...bans.map(({ ban }) => ban), ...offenders].map((one) => one.address);
  const texts = new Set([address, ...around, ...known].map(({ text }) => text));
  return [...texts].flatMap((text) => matches.map((terms) => [...terms, `F2B_ADDRESS=${text}`]));
}

function eventsIn(journal: JournalHistory, { address }: Explanation): readonly StoryEvent[] {
  const selection = { addresses: [address], jails: undefined, since: undefined, until: undefined, kinds: KINDS };
  return last(journal, selection, MAX_EVENTS).map((entry) => eventOf(entry, journal));
}

function eventOf({ at, fields }: Entry, journal: JournalHistory): StoryEvent {
  const { F2B_EVENT: event = '', F2B_JAIL: jail = '', F2B_ADDRESS: address = '', F2B_BY: by, MESSAGE = '' } = fields;
  const cursors = (fields['F2B_CURSOR'] ?? '').split('\n').filter((cursor) => cursor !== '');
  const entries = cursors.slice(-MAX_ENTRIES).map((cursor) => {
    const entry = journal.entryAt(cursor);
    return entry === undefined ? { cursor } : { cursor, at: entry.at, line: entry.line };
  });
  const asked = by !== undefined && /^\d{1,10}$/.test(by) ? { by: Number(by) } : {};
  return { event, at, jail, address, message: MESSAGE, ...asked, entries };
}
