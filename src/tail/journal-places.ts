/**
 * The journal as the keeper of places. Who reads an entry there knows that its line is there, so lines and places cannot
 * come apart. Only entries count of which journald itself says that the unit wrote them.
 */
import type { Entry } from '../core/entry.js';
import type { JournalHistory } from '../ports/journal.js';
import { ofFile, ofPath, placeOf } from './entries.js';
import type { Place, Places } from './place.js';

/**
 * Opens the journal for entries that have all of these terms. `isOfThisBoot`: of this boot alone, as the order of
 * entries of different boots rests on a clock that people set.
 */
export type OpenEntries = (terms: readonly string[], isOfThisBoot: boolean) => JournalHistory;

/** The last entry that the unit sent by journald's own protocol and that has the term. */
export function lastEntry(open: OpenEntries, unit: string, term: string): Entry | undefined {
  const terms = [`_SYSTEMD_UNIT=${unit}`, '_TRANSPORT=journal', term];
  for (const isOfThisBoot of [true, false]) {
    const journal = open(terms, isOfThisBoot);
    try {
      journal.seek({ kind: 'tail' });
      const [entry] = journal.readBackwards(1);
      if (entry !== undefined) return entry;
    } finally {
      journal.close();
    }
  }
  return undefined;
}

/** Of what was sent since the start, memory knows; the journal may not have it yet. */
export class JournalPlaces implements Places {
  readonly #last: (term: string) => Entry | undefined;
  readonly #sent = new Map<string, Place>();

  constructor(open: OpenEntries, unit: string) {
    this.#last = (term) => lastEntry(open, unit, term);
  }

  ofFile(id: string): Place | undefined {
    return this.#sent.get(id) ?? this.#read(ofFile(id));
  }

  ofPath(path: string): Place | undefined {
    return this.#read(ofPath(path));
  }

  #read(term: string): Place | undefined {
    const entry = this.#last(term);
    return entry && placeOf(entry);
  }

  /** An entry with this place was sent. */
  sent(place: Place): void {
    this.#sent.set(place.id, place);
  }

  /** When the last entry with a place in that file was sent by this process; µs since the epoch, or 0. */
  sentAt(id: string): number {
    return this.#sent.get(id)?.at ?? 0;
  }
}
