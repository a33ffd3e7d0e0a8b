/**
 * Why an address is banned, or close to it.
 * Invariant: the answer, and the time that the journal is looked into for it, are bounded, for any prefix.
 */

import type { ExplainedBan, Explanation } from '../agent/explanation.js';
import type { Address } from '../core/address/address.js';
import type { Ban } from '../core/ban.js';
import type { Decider } from '../core/deciding/decider.js';
import { isKnown, type Outlook } from '../core/deciding/outlook.js';
import type { Journal } from '../ports/journal.js';
import { first } from './first.js';

/** Far more than one address has, and than a person reads. */
const MAX_BANS = 100;
const MAX_FAILURES = 500;
/** Each entry is looked up in the journal, which takes some 100 µs. */
const MAX_ENTRIES = 500;

/** Each jail is a sentence. */
const MAX_OUTLOOKS = 20;

export interface Explainer {
  readonly decider: Pick<Decider, 'bansOf' | 'tallyOf' | 'offendersOf' | 'outlooksOf'>;
  readonly journal: Pick<Journal, 'entryAt'>;
  readonly view: (ban: Ban) => ExplainedBan;
  readonly zoneOf: (address: Address) => string | undefined;
  /** µs since the epoch. */
  readonly now: number;
}

export function explain(address: Address, { decider, journal, view, zoneOf, now }: Explainer): Explanation {
  const bans = first(decider.bansOf(address), MAX_BANS);
  const failures = first(decider.tallyOf(address), MAX_FAILURES);
  const cursors = first(new Set([...bans.items, ...failures.items].flatMap(({ evidence }) => evidence)), MAX_ENTRIES);
  const entries = cursors.items.map((cursor) => {
    const entry = journal.entryAt(cursor);
    return entry === undefined ? { cursor } : { cursor, at: entry.at, line: entry.line };
  });
  const zone = zoneOf(address);
  return {
    address,
    bans: bans.items.map(view),
    failures: failures.items,
    offenders: decider.offendersOf(address),
    outlooks: outlooksOf(address, decider, now),
    ...(zone === undefined ? {} : { zone }),
    entries: entries.sort((one, other) => (one.at ?? 0) - (other.at ?? 0)),
    more: bans.more || failures.more || cursors.more,
  };
}

/** First those that know something of the address, then the others as they come. */
function outlooksOf(address: Address, decider: Explainer['decider'], now: number): readonly Outlook[] {
  const all = [...decider.outlooksOf(address, now)];
  return [...all.filter(isKnown), ...all.filter((outlook) => !isKnown(outlook))].slice(0, MAX_OUTLOOKS);
}
