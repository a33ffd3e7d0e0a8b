/**
 * The Journal port on libsystemd. Reading goes on exactly after the last entry delivered, over rotation, vacuum and
 * restarts; when the entry to resume after is gone, the oldest entry not seen before comes next.
 */
import type { Entry } from '../core/entry.js';
import { MICROS_PER_SECOND } from '../core/time.js';
import type { JournalHistory, JournalLine, JournalStart, SeekOutcome } from '../ports/journal.js';
import { checkAccess } from './access.js';
import { type Cursor, isSeen, parseCursor } from './cursor.js';
import { decodeEntries, decodeLines } from './decode.js';
import { type Matches, resolveMatches } from './matches.js';
import { DRAIN_BUFFER_SIZE, drainFlags, type Handle, type JournalLibrary } from './native.js';
import { mayBeOfUsers } from './of-users.js';
import { type Wakes, wakesOf } from './wakes.js';

export interface JournalOptions {
  readonly library: JournalLibrary;
  /** Read the journal files in this directory instead of this machine's journal. */
  readonly directory?: string;
  /** Read the journal of units with this `LogNamespace=`. */
  readonly namespace?: string;
  /** Which entries are read; all of them when empty. Journals of users are opened only if these may be in them. */
  readonly matches: Matches;
  /** The fields that `Entry.fields` carries where an entry has them; several values of one are joined by newlines. */
  readonly fields: readonly string[];
}

/** When the saved entry is gone, reading starts this long before it (µs): clocks may have been set back meanwhile. */
const SLACK = 3600 * MICROS_PER_SECOND;

/**
 * Entries fetched at a time by `readLines`: enough to hide the cost of a call, few enough to overlap with their use.
 */
const LINES_AT_A_TIME = 8192;
/** Room for them where they are of the usual length, bytes; of longer ones fewer come at a time. */
const LINES_BUFFER_SIZE = 2 * DRAIN_BUFFER_SIZE;

/**
 * The entries up to `cursor` were seen in an earlier run; after `until` (µs since the epoch) none of them can follow.
 */
interface Seen {
  readonly cursor: Cursor;
  readonly until: number;
}

function open(options: JournalOptions): Handle {
  return options.library.open({ ...options, users: mayBeOfUsers(options.matches) });
}

function openMatching(options: JournalOptions): Handle {
  const { library, matches } = options;
  const journal = open(options);
  try {
    for (const terms of resolveMatches(matches, () => library.unique(journal, '_SYSTEMD_UNIT'))) {
      library.match(journal, '');
      for (const term of terms) library.match(journal, term);
    }
    return journal;
  } catch (cause) {
    library.close(journal);
    throw cause;
  }
}

class SystemdJournal implements JournalHistory {
  readonly #options: JournalOptions;
  readonly #library: JournalLibrary;
  readonly #journal: Handle;
  readonly #wakes: Wakes;
  readonly #buffer = Buffer.allocUnsafeSlow(DRAIN_BUFFER_SIZE);
  /**
   * A second handle, without matches, for `entryAt`; given up when files come or go, so that it keeps no deleted ones.
   */
  #lookup: Handle | undefined;
  #seen: Seen | undefined;
  #aside: Promise<unknown> | undefined;
  #closed = false;

  constructor(options: JournalOptions) {
    this.#options = options;
    this.#library = options.library;
    this.#journal = openMatching(options);
    this.#wakes = wakesOf(this.#library, this.#journal, () => this.#forgetLookup());
  }

  seek(start: JournalStart): SeekOutcome {
    this.#seen = undefined;
    this.#takeInChanges();
    switch (start.kind) {
      case 'head':
        this.#library.seekHead(this.#journal);
        return 'exact';
      case 'tail':
        this.#library.seekTail(this.#journal);
        return 'exact';
      case 'since':
        this.#library.seekRealtime(this.#journal, Math.max(0, start.since));
        return 'exact';
      case 'cursor':
        return this.#resume(start.cursor, start.receivedAt);
    }
  }

  /**
   * The saved entry may be gone, or exist and no longer match: then all that is not older than it is read and compared.
   */
  #resume(text: string, receivedAt: number): SeekOutcome {
    const cursor = parseCursor(text);
    if (cursor !== undefined && this.#library.seekCursor(this.#journal, text)) return 'exact';
    this.#library.seekRealtime(this.#journal, Math.max(0, receivedAt - SLACK));
    if (cursor === undefined) return 'nearest';
    this.#seen = { cursor, until: receivedAt + SLACK };
    return this.entryAt(text) === undefined ? 'nearest' : 'exact';
  }

  read(limit: number): readonly Entry[] {
    this.#takeInChanges();
    for (;;) {
      const entries = this.#drain(this.#journal, limit, drainFlags.cursors);
      if (entries.length > 0) this.#wakes.arrived();
      const fresh = this.#withoutSeen(entries);
      if (fresh.length > 0 || entries.length === 0) return fresh;
    }
  }

  #withoutSeen(entries: readonly Entry[]): readonly Entry[] {
    const seen = this.#seen;
    if (seen === undefined) return entries;
    if (entries.length > 0 && entries.every((entry) => entry.receivedAt > seen.until)) this.#seen = undefined;
    return entries.filter((entry) => {
      const cursor = parseCursor(entry.cursor);
      return cursor === undefined || !isSeen(cursor, seen.cursor);
    });
  }

  readBackwards(limit: number): readonly Entry[] {
    return this.#drain(this.#journal, limit, drainFlags.cursors | drainFlags.backwards);
  }

  /** While one batch is used, the library fills the next on a thread of Node's pool. */
  async *readLines(): AsyncGenerator<readonly JournalLine[]> {
    let [filling, filled] = [Buffer.allocUnsafeSlow(LINES_BUFFER_SIZE), Buffer.allocUnsafeSlow(LINES_BUFFER_SIZE)];
    let used = this.#library.drain(this.#journal, 1, 0, filled);
    if (used === 0) return;
    this.#library.hasten(this.#journal);
    let pending = this.#drainAside(filling);
    try {
      while (used > 0) {
        yield* decodeLines(filled, used);
        used = await pending;
        [filling, filled] = [filled, filling];
        if (used > 0) pending = this.#drainAside(filling);
      }
    } finally {
      await pending.catch(() => undefined);
      this.#aside = undefined;
    }
  }

  #drainAside(buffer: Buffer): Promise<number> {
    const pending = this.#library.drainAside(this.#journal, LINES_AT_A_TIME, 0, buffer);
    this.#aside = pending;
    return pending;
  }

  entryAt(cursor: string): Entry | undefined {
    if (parseCursor(cursor) === undefined) return undefined;
    this.#lookup ??= open(this.#options);
    this.#library.process(this.#lookup);
    if (!this.#library.seekCursor(this.#lookup, cursor)) return undefined;
    this.#library.again(this.#lookup);
    return this.#drain(this.#lookup, 1, drainFlags.cursors)[0];
  }

  #drain(journal: Handle, limit: number, flags: number): Entry[] {
    return decodeEntries(this.#buffer, this.#library.drain(journal, limit, flags, this.#buffer), this.#options.fields);
  }

  #takeInChanges(): void {
    if (this.#library.process(this.#journal)) this.#forgetLookup();
  }

  #forgetLookup(): void {
    if (this.#lookup !== undefined) this.#library.close(this.#lookup);
    this.#lookup = undefined;
  }

  onChange(wake: () => void): () => void {
    return this.#wakes.subscribe(wake);
  }

  /** A batch that is being read aside is waited for first: it uses the handle. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#wakes.close();
    this.#forgetLookup();
    const free = () => this.#library.close(this.#journal);
    if (this.#aside === undefined) free();
    else void this.#aside.then(free, free);
  }
}

/**
 * Opens the journal; the first `read` starts at its head unless `seek` says otherwise.
 * Throws JOURNAL_NO_ACCESS when its files may not be read, and JOURNAL_FAILED.
 */
export function openJournal(options: JournalOptions): JournalHistory {
  if (options.namespace === undefined) checkAccess(options.directory);
  return new SystemdJournal(options);
}
