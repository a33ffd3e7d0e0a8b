/**
 * The Journal port on libsystemd. Reading goes on exactly after the last entry delivered, over rotation, vacuum and
 * restarts; when the entry to resume after is gone, the oldest entry not seen before comes next.
 */

import { parseCursor } from '../core/cursor.js';
import type { Entry } from '../core/entry.js';
import type { JournalHistory, JournalLine, JournalStart, SeekResult } from '../ports/journal.js';
import { checkAccess, missingAccess } from './access.js';
import { decodeEntries, decodeLines } from './decode.js';
import { FieldSets } from './field-sets.js';
import { type Matches, resolveMatches } from './matches.js';
import { changes, DRAIN_BUFFER_SIZE, drainFlags, type Handle, type JournalLibrary } from './native.js';
import { mayBeOfUsers } from './of-users.js';
import { type Seen, SLACK, seenUpTo } from './seen.js';
import { type Wakes, wakesOf } from './wakes.js';

/** So many full reads one after the other from where reading began, and there is much to catch up with. */
const READS_OF_MUCH = 4;
/**
 * Entries that are read at once then: few enough for V8 to drop what was made of them before it has to move it. Where many
 * alternatives are read, each gets its few: a jail's regexes are run on them one after the other, while they are in the
 * processor's cache.
 */
const BULK_READ = 300;
const BULK_READ_EACH = 10;

export interface JournalOptions {
  readonly library: JournalLibrary;
  /** Read the journal files in this directory instead of this machine's journal. */
  readonly directory?: string;
  /** The directory is the one of a machine's journal: journals of users in it are opened only if they are needed. */
  readonly ofMachine?: boolean;
  /** Of the directory, read the files that systemd-journal-remote keeps of this host alone. */
  readonly host?: string;
  /** Read the journal of units with this `LogNamespace=`. */
  readonly namespace?: string;
  /** Which entries are read; all of them when empty. Journals of users are opened only if these may be in them. */
  readonly matches: Matches;
  /** The fields that `Entry.fields` carries where an entry has them; several values of one are joined by newlines. */
  readonly fields: readonly string[];
  /** It will be followed, also when it moves to other folders. */
  readonly toFollow?: boolean;
  /** Read the entries of this boot alone, 32 hexadecimal digits. */
  readonly boot?: string | undefined;
  /** Entries are looked for early after `expectSoon` alone, and not after each that was read. */
  readonly looksOnRequest?: boolean;
}

/**
 * Entries fetched at a time by `readLines`: enough to hide the cost of a call, few enough to overlap with their use.
 */
const LINES_AT_A_TIME = 8192;
/** Room for them where they are of the usual length, bytes; of longer ones fewer come at a time. */
const LINES_BUFFER_SIZE = 2 * DRAIN_BUFFER_SIZE;

function open(options: JournalOptions, use: { readonly toFollow?: boolean } = {}): Handle {
  const { library, directory, namespace, host, ofMachine = false, matches, fields } = options;
  const missing = host === undefined ? undefined : missingAccess({ ...options, users: false });
  if (missing !== undefined) throw missing;
  const place = { ...(directory && { directory }), ...(namespace && { namespace }), ...(host && { host }), ofMachine };
  return library.open({ ...place, ...use, users: mayBeOfUsers(matches), fields });
}

/** True when the journal holds an entry of that field and value. */
export function holds(options: JournalOptions, term: string): boolean {
  const { library } = options;
  const journal = open({ ...options, fields: [] });
  try {
    library.match(journal, term);
    library.seekHead(journal);
    return library.peek(journal);
  } finally {
    library.close(journal);
  }
}

function openMatching(options: JournalOptions): Handle {
  const { library, matches } = options;
  const journal = open(options, { toFollow: options.toFollow ?? false });
  try {
    for (const terms of resolveMatches(matches, () => library.unique(journal, '_SYSTEMD_UNIT'))) {
      library.match(journal, '');
      for (const term of terms) library.match(journal, term);
    }
    if (options.boot !== undefined) library.restrict(journal, `_BOOT_ID=${options.boot}`);
    return journal;
  } catch (cause) {
    library.close(journal);
    throw cause;
  }
}

/** What came of following since the last look at it. */
export interface Look {
  /** There are entries for `read`. */
  readonly waits: boolean;
  /** Entries were read that were not there yet when reading began. */
  readonly wasRead: boolean;
  /** Somebody told of something. */
  readonly wasTold: boolean;
}

/** One handle on the journal, with one more for lookups. */
export class SystemdJournal implements JournalHistory {
  readonly #options: JournalOptions;
  readonly #library: JournalLibrary;
  readonly #journal: Handle;
  readonly #wakes: Wakes;
  readonly #buffer = Buffer.allocUnsafeSlow(DRAIN_BUFFER_SIZE);
  readonly #fieldSets: FieldSets;
  readonly #bulkRead: number;
  /**
   * A second handle, without matches, for `entryAt`; given up when files come or go, so that it keeps no deleted ones.
   */
  #lookup: Handle | undefined;
  #seen: Seen | undefined;
  #aside: Promise<unknown> | undefined;
  #closed = false;
  #isAtEnd = false;
  /** All was read that was there at the last seek. */
  #wasAtEnd = false;
  /** Full reads since the last seek, until one was not; then, or when reading in bulk was tried: undefined. */
  #fullReads: number | undefined = 0;
  /** Entries come in bulk: the library is not to take in changes, which ends it. */
  #isInBulk = false;
  #hasMoved = false;
  #since = { wasTold: false, wasRead: false };

  constructor(options: JournalOptions) {
    this.#options = options;
    this.#library = options.library;
    this.#fieldSets = new FieldSets(options.fields);
    this.#bulkRead = Math.max(BULK_READ, BULK_READ_EACH * options.matches.length);
    this.#journal = openMatching(options);
    this.#wakes = wakesOf(this.#library, this.#journal, {
      changed: (what) => this.#note(what),
      isBusy: () => this.#isInBulk,
    });
  }

  get isAtEnd(): boolean {
    return this.#isAtEnd;
  }

  /** The journal lies in other folders than when it was opened: it is to be opened anew. */
  get hasMoved(): boolean {
    return this.#hasMoved;
  }

  seek(start: JournalStart): SeekResult {
    this.#seen = undefined;
    this.#isAtEnd = false;
    this.#wasAtEnd = false;
    this.#fullReads = 0;
    this.#isInBulk = false;
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
  #resume(text: string, receivedAt: number): SeekResult {
    const cursor = parseCursor(text);
    if (cursor !== undefined && this.#library.seekCursor(this.#journal, text)) return 'exact';
    const { boot, directory } = this.#options;
    if (cursor === undefined) {
      this.#library.seekRealtime(this.#journal, Math.max(0, receivedAt - SLACK));
      return 'nearest';
    }
    if (directory !== undefined && !holds(this.#options, `_BOOT_ID=${cursor.bootId}`)) {
      // Nothing is left of what was read then, and no clock says what is new: all of it is.
      this.#library.seekHead(this.#journal);
      return 'nearest';
    }
    // Within a boot libsystemd finds the place by itself.
    if (boot === undefined) this.#library.seekRealtime(this.#journal, Math.max(0, receivedAt - SLACK));
    this.#seen = seenUpTo(cursor, boot);
    return this.entryAt(text) === undefined ? 'nearest' : 'exact';
  }

  read(limit: number): readonly Entry[] {
    const entries = this.#next(limit);
    this.#isAtEnd = entries.length === 0;
    this.#wasAtEnd ||= this.#isAtEnd;
    this.#since.wasRead ||= this.#wasAtEnd && !this.#isAtEnd;
    if (entries.length > 0 && this.#options.looksOnRequest !== true) this.#wakes.expect();
    if (this.#seen === undefined) return entries;
    const fresh = this.#seen.fresh(entries);
    if (this.#seen.isOver) this.#seen = undefined;
    return fresh;
  }

  #next(limit: number): readonly Entry[] {
    if (!this.#isInBulk) this.#takeInChanges();
    const mayBeBehind = this.#isInBulk || this.#fullReads !== undefined;
    const most = mayBeBehind ? Math.min(limit, this.#bulkRead) : limit;
    const entries = this.#drain(this.#journal, most, drainFlags.cursors);
    if (this.#isInBulk && entries.length === 0) {
      this.#isInBulk = false;
      return this.#next(limit);
    }
    this.#hasten(entries.length === most);
    return entries;
  }

  /** Whoever is far behind reads in bulk, once: it opens all files, and what comes meanwhile is not much. */
  #hasten(isFull: boolean): void {
    if (this.#fullReads === undefined) return;
    this.#fullReads = isFull ? this.#fullReads + 1 : undefined;
    if (this.#fullReads !== READS_OF_MUCH) return;
    this.#fullReads = undefined;
    this.#isInBulk = this.#library.hasten(this.#journal);
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
    return decodeEntries(this.#buffer, this.#library.drain(journal, limit, flags, this.#buffer), this.#fieldSets);
  }

  #takeInChanges(): void {
    this.#note(this.#library.process(this.#journal));
  }

  /** `what`: as `process` returns it. */
  #note(what: number): void {
    if ((what & changes.told) !== 0) this.#since.wasTold = true;
    if ((what & changes.files) !== 0) this.#forgetLookup();
    if ((what & changes.place) !== 0) this.#hasMoved = true;
  }

  #forgetLookup(): void {
    if (this.#lookup !== undefined) this.#library.close(this.#lookup);
    this.#lookup = undefined;
  }

  /** Takes in what nobody may have told of, and says what happened since the last look. In bulk that waits. */
  look(): Look {
    if (this.#isInBulk) return { waits: true, wasRead: true, wasTold: true };
    this.#note(this.#library.process(this.#journal, true));
    const look = { waits: this.#library.peek(this.#journal), ...this.#since };
    this.#since = { wasTold: false, wasRead: false };
    return look;
  }

  expectSoon(): void {
    this.#wakes.expect();
  }

  /** The errno that says why changes wake nobody; 0 when they do. */
  get unwatched(): number {
    return this.#library.unwatched(this.#journal);
  }

  /** From now on it is looked at by time; `reason` is what `unwatched` is then. */
  lookByTime(reason: number): void {
    this.#library.lookByTime(this.#journal, reason);
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
  if (options.namespace === undefined && options.host === undefined) checkAccess(options.directory);
  return new SystemdJournal(options);
}
