/**
 * Why an address is banned, or close to it.
 * Invariant: the answer, and the time that the journal is looked into for it, are bounded, for any prefix.
 */

import type { BanView, Explanation } from '../agent/explanation.js';
import type { Address } from '../core/address/address.js';
import type { Ban } from '../core/ban.js';
import type { Decider } from '../core/decider.js';
import type { Journal } from '../ports/journal.js';
import { first } from './first.js';

/** Far more than one address has, and than a person reads. */
const MAX_BANS = 100;
const MAX_FAILURES = 500;
/** Each entry is looked up in the journal, which takes some 100 µs. */
const MAX_ENTRIES = 500;

export function explain(
  address: Address,
  decider: Pick<Decider, 'bansOf' | 'tallyOf' | 'offendersOf'>,
  journal: Pick<Journal, 'entryAt'>,
  view: (ban: Ban) => BanView,
): Explanation {
  const bans = first(decider.bansOf(address), MAX_BANS);
  const failures = first(decider.tallyOf(address), MAX_FAILURES);
  const cursors = first(new Set([...bans.items, ...failures.items].flatMap(({ evidence }) => evidence)), MAX_ENTRIES);
  const entries = cursors.items.map((cursor) => {
    const entry = journal.entryAt(cursor);
    return entry === undefined ? { cursor } : { cursor, at: entry.at, line: entry.line };
  });
  return {
    address,
    bans: bans.items.map(view),
    failures: failures.items,
    offenders: decider.offendersOf(address),
    entries: entries.sort((one, other) => (one.at ?? 0) - (other.at ?? 0)),
    more: bans.more || failures.more || cursors.more,
  };
}
