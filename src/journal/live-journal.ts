/**
 * The journal as the agent follows it: first what earlier boots left unread, then the present boot, each through a handle
 * of its own. In the second no clock matters, as all entries of one boot are ordered by the time since it. Invariant: an
 * entry that journalctl shows is delivered once, wherever the journal lies by then.
 */
import { constants } from 'node:os';
import { isSeen, parseCursor } from '../core/cursor.js';
import type { Entry } from '../core/entry.js';
import { MICROS_PER_MILLISECOND } from '../core/time.js';
import type { F2bError } from '../errors.js';
import type { JournalPlace, JournalStart, LiveJournal, SeekResult } from '../ports/journal.js';
import { missingAccess } from './access.js';
import { Delivered } from './delivered.js';
import { mayBeOfUsers } from './of-users.js';
import { holds, type JournalOptions, SystemdJournal } from './reader.js';
import { Untold, unwatchedError } from './unwatched.js';

const { errno } = constants;

export interface LiveOptions extends JournalOptions {
  /** The present boot, as the journal may know it. */
  readonly presentBoot: string | undefined;
}

class FollowedJournal implements LiveJournal {
  readonly #options: LiveOptions;
  readonly #listeners = new Set<() => void>();
  /** Of the present boot, if the journal knows it; else everything. */
  #present: SystemdJournal;
  #listened: SystemdJournal | undefined;
  #boot: string | undefined;
  /** What is left of earlier boots. */
  #past: SystemdJournal | undefined;
  #delivered = new Delivered();
  /** Where reading goes on when the journal is opened anew. */
  #start: JournalStart = { kind: 'head' };
  #presentStart: JournalStart = { kind: 'head' };
  readonly #untold = new Untold();

  constructor(options: LiveOptions) {
    this.#options = options;
    this.#boot = this.#knownBoot();
    this.#present = this.#openPresent();
  }

  /** A boot that the journal holds nothing of may be called otherwise there: then there is no going by it. */
  #knownBoot(): string | undefined {
    const { presentBoot, directory } = this.#options;
    if (presentBoot === undefined || directory !== undefined) return undefined;
    return holds(this.#options, `_BOOT_ID=${presentBoot}`) ? presentBoot : undefined;
  }

  #openPresent(): SystemdJournal {
    const journal = new SystemdJournal({ ...this.#options, toFollow: true, boot: this.#boot });
    if (this.#untold.isSo) journal.lookByTime(errno.EOPNOTSUPP);
    return journal;
  }

  /** The thread that waits for changes is started only for whom wants to hear of them. */
  #listen(): void {
    if (this.#listeners.size === 0 || this.#listened === this.#present) return;
    this.#listened = this.#present;
    this.#present.onChange(() => this.#wake());
  }

  #wake(): void {
    for (const wake of [...this.#listeners]) wake();
  }

  get isAtEnd(): boolean {
    return this.#past === undefined && this.#present.isAtEnd;
  }

  seek(start: JournalStart): SeekResult {
    this.#past?.close();
    this.#past = undefined;
    this.#delivered = new Delivered();
    this.#start = start;
    this.#presentStart = start.kind === 'tail' ? { kind: 'since', since: Date.now() * MICROS_PER_MILLISECOND } : start;
    if (this.#boot === undefined || start.kind === 'tail' || this.#isOfPresent(start)) return this.#present.seek(start);
    if (start.kind === 'cursor') this.#presentStart = { kind: 'head' };
    this.#present.seek(this.#presentStart);
    this.#past = new SystemdJournal(this.#options);
    return this.#past.seek(start);
  }

  #isOfPresent(start: JournalStart): boolean {
    return start.kind === 'cursor' && this.#isPresent(start.cursor);
  }

  #isPresent(cursor: string): boolean {
    return parseCursor(cursor)?.bootId === this.#boot;
  }

  read(limit: number): readonly Entry[] {
    if (this.#present.hasMoved) this.reopen();
    return this.#past === undefined ? this.#readPresent(limit) : this.#readPast(this.#past, limit);
  }

  #readPresent(limit: number): readonly Entry[] {
    const entries = this.#present.read(limit);
    const last = entries.at(-1);
    if (last !== undefined) this.#presentStart = after(last);
    return this.#boot === undefined ? entries : entries.filter((entry) => this.#delivered.isFirst(entry));
  }

  #readPast(past: SystemdJournal, limit: number): readonly Entry[] {
    const entries = past.read(limit).filter(({ cursor }) => !this.#isPresent(cursor));
    const last = entries.at(-1);
    if (last !== undefined) this.#start = after(last);
    if (past.isAtEnd) {
      past.close();
      this.#past = undefined;
    }
    return entries;
  }

  reopen(): void {
    const [before, boot] = [this.#present, this.#boot];
    this.#boot = this.#knownBoot();
    this.#present = this.#openPresent();
    this.#listen();
    before.close();
    if (this.#past !== undefined || this.#boot !== boot) {
      this.seek(this.#past === undefined ? this.#presentStart : this.#start);
    } else {
      this.#present.seek(this.#presentStart);
    }
  }

  expectSoon(): void {
    this.#present.expectSoon();
  }

  wasSeen(entry: Entry, position: JournalPlace): boolean {
    const [one, saved] = [parseCursor(entry.cursor), parseCursor(position.cursor)];
    if (one === undefined || saved === undefined) return entry.receivedAt <= position.receivedAt;
    return isSeen(one, saved, this.#boot);
  }

  inspect(isIdle: boolean): F2bError | undefined {
    const look = this.#present.look();
    this.#untold.note(look, isIdle);
    const { unwatched } = this.#present;
    // Where it is not told of changes, there may be a way by now.
    if (unwatched === errno.EOPNOTSUPP ? !this.#untold.isSo : unwatched !== 0) this.reopen();
    else if (this.#untold.isSo) this.#present.lookByTime(errno.EOPNOTSUPP);
    if (look.waits || this.#present.hasMoved) this.#wake();
    const place = { ...this.#options, users: mayBeOfUsers(this.#options.matches) };
    return missingAccess(place) ?? unwatchedError(this.#present.unwatched);
  }

  entryAt(cursor: string): Entry | undefined {
    return this.#present.entryAt(cursor);
  }

  onChange(wake: () => void): () => void {
    const listener = () => wake();
    this.#listeners.add(listener);
    this.#listen();
    return () => void this.#listeners.delete(listener);
  }

  close(): void {
    this.#listeners.clear();
    this.#past?.close();
    this.#present.close();
  }
}

function after({ cursor, receivedAt }: Entry): JournalStart {
  return { kind: 'cursor', cursor, receivedAt };
}

/** The first `read` starts at the head unless `seek` says otherwise. Throws JOURNAL_FAILED. */
export function openLiveJournal(options: LiveOptions): LiveJournal {
  return new FollowedJournal(options);
}
