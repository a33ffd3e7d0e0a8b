/** The systemd journal as the agent follows it and as people's commands read it. */
import type { Entry, MessageEnd } from '../core/entry.js';
import type { F2bError } from '../errors.js';

/** Where reading the journal starts. `since` is µs since the epoch. */
export type JournalStart =
  | { readonly kind: 'head' }
  | { readonly kind: 'tail' }
  | { readonly kind: 'since'; readonly since: number }
  /** After the entry `cursor`; `receivedAt` is its __REALTIME_TIMESTAMP, used when the entry is gone. */
  | { readonly kind: 'cursor'; readonly cursor: string; readonly receivedAt: number };

/** How a seek ended: `exact`, or the saved entry is gone and reading resumes at the oldest entry not seen before. */
export type SeekResult = 'exact' | 'nearest';

/** The systemd journal, restricted to the matches it was opened with. One reader serves all jails. */
export interface Journal {
  /** Positions the reader; the next `read` returns the first entry after the start. May be called again. */
  seek(start: JournalStart): SeekResult;
  /**
   * Up to `limit` entries in journal order; empty at the end. Never blocks for long, never throws on odd entries. After
   * seek `cursor` it may also be empty before the end, when all it came upon was delivered before: see `isAtEnd`.
   */
  read(limit: number): readonly Entry[];
  /** True when the last `read` came to the end. */
  readonly isAtEnd: boolean;
  /** The entry at `cursor`, or undefined when it was vacuumed. Does not move the position of `read`. */
  entryAt(cursor: string): Entry | undefined;
  /**
   * Calls `wake` whenever entries may have arrived. No polling: an idle journal calls nothing.
   * Returns the unsubscriber.
   */
  onChange(wake: () => void): () => void;
  close(): void;
}

/** The journal as the agent follows it: it may move to other folders, be out of reach, or not tell of changes. */
export interface LiveJournal extends Journal {
  /** True when the entry is that of the position, or was delivered before it. */
  wasSeen(entry: Entry, position: JournalPlace): boolean;
  /** Opens it anew and goes on after the last entry delivered. */
  reopen(): void;
  /** For some seconds entries are looked for before journald tells of them, which it does up to half a second late. */
  expectSoon(): void;
  /**
   * Looks by itself for what nobody told of, and returns what is known to keep entries from being heard. To be called every
   * few seconds: a journal that never tells of changes is found out by it, and looked at by time from then on. `isIdle`:
   * nothing is being read that was there before.
   */
  inspect(isIdle: boolean): F2bError | undefined;
}

/** An entry without its position and fields, as `f2bctl test` reads them in bulk. */
export interface JournalLine extends Pick<Entry, 'at' | 'receivedAt'> {
  readonly text: string;
  /** The text with a newline after it. */
  readonly terminated: string;
  readonly isAscii: boolean;
  readonly messageEnd: MessageEnd | undefined;
  readonly stream: number | undefined;
  /** Not read. */
  readonly cursor: '';
}

/** The journal as people's commands read it: also backwards, and in bulk at full speed. */
export interface JournalHistory extends Journal {
  /**
   * Up to `limit` entries before the position, newest first; after seek `tail` the last ones, after seek `cursor` those
   * before that entry.
   * Between it and `read`, seek.
   */
  readBackwards(limit: number): readonly Entry[];
  /**
   * All entries from the position to the present end; nothing else may be called until it has ended. A batch is to be
   * done with before the next one is asked for.
   */
  readLines(): AsyncIterable<readonly JournalLine[]>;
}

/** A place in one journal: an entry. */
export interface JournalPlace {
  readonly cursor: string;
  /** __REALTIME_TIMESTAMP of that entry. µs since the epoch. */
  readonly receivedAt: number;
}

/**
 * The journal position that all decisions so far rest on. Of the machine's own journal nothing may have been read yet:
 * then the cursor is empty, and `receivedAt` is from when on it is to be read.
 */
export interface Position extends JournalPlace {
  /** Where the other journals that are read stand, by the names of their sources. */
  readonly others?: Readonly<Record<string, JournalPlace>>;
}
