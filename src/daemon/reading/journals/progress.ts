/**
 * How far the journals have been read, entry by entry. Invariant: a position says of every journal that is read where it
 * stands, so the last one that is stored is enough to go on from.
 */
import type { Entry } from '../../../core/entry.js';
import type { JournalPlace, JournalStart, Position } from '../../../ports/journal.js';

export interface Progress {
  /** Takes note of the next entry. */
  note(entry: Entry): void;
  /** The position after the last entry noted. */
  readonly position: Position;
}

/** `saved`: where reading begins; of journals that are not read any more it is to say nothing. */
export function createProgress(saved: Position): Progress {
  const others = new Map(Object.entries(saved.others ?? {}));
  let own: JournalPlace = saved;
  return {
    note(entry) {
      if (entry.source === undefined) own = entry;
      else others.set(entry.source, placeOf(entry));
    },
    get position() {
      const place = placeOf(own);
      return others.size === 0 ? place : { ...place, others: Object.fromEntries(others) };
    },
  };
}

function placeOf({ cursor, receivedAt }: JournalPlace): JournalPlace {
  return { cursor, receivedAt };
}

/** The position before anything of the machine's own journal was read. */
export function unreadFrom(start: JournalStart): Position {
  return { cursor: '', receivedAt: start.kind === 'since' ? start.since : 0 };
}

/** Where to begin with a journal that stands there. */
export function startAt({ cursor, receivedAt }: JournalPlace): JournalStart {
  if (cursor !== '') return { kind: 'cursor', cursor, receivedAt };
  return receivedAt === 0 ? { kind: 'head' } : { kind: 'since', since: receivedAt };
}
