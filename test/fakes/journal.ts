/** A journal in memory that passes the same suite as the real one. Entries are appended, and vacuumed, by the test. */
import type { Entry } from '../../src/core/entry.js';
import type { F2bError } from '../../src/errors.js';
import type {
  JournalHistory,
  JournalLine,
  JournalPlace,
  JournalStart,
  LiveJournal,
  SeekResult,
} from '../../src/ports/journal.js';

/** What a test appends; `at` is `receivedAt` unless given. Times in µs since the epoch. */
export interface FakeEntry extends Pick<Entry, 'messageEnd' | 'stream'> {
  readonly receivedAt: number;
  readonly at?: number;
  readonly line: string;
  readonly fields?: Readonly<Record<string, string>>;
}

const SEQNUM_ID = 'f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4';
const BOOT_ID = 'b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0';

function seqnumOf(cursor: string): number {
  return Number.parseInt(/;i=([0-9a-f]+);/.exec(cursor)?.[1] ?? '0', 16);
}

/** Where the message begins in a line. */
function messageIn(line: string, message: string | undefined): number {
  if (message !== undefined && line.endsWith(message)) return line.length - message.length;
  return /^\S+ [^\s:]+: /.exec(line)?.[0].length ?? 0;
}

/** What all readers read. */
interface Files {
  entries: Entry[];
  /** Sequence number of the next entry to append, from 1. */
  next: number;
  readonly listeners: Set<() => void>;
}

export class FakeJournal implements JournalHistory, LiveJournal {
  readonly #files: Files;
  readonly #own = new Set<() => void>();
  /** Sequence number of the entry that `read` delivers next, if it exists. */
  #position = 0;
  /** The entry whose cursor was sought, until something is read. */
  #standsOn: number | undefined;
  /** From this sequence number on nothing is seen before it is opened anew. */
  #unseen: number | undefined;
  /** Opening it anew does not help. */
  isStuck = false;
  /** What is known to keep entries from being heard. */
  trouble: F2bError | undefined;
  /** How often entries were expected soon. */
  expected = 0;
  /** Thrown by `read`. */
  failure: F2bError | undefined;

  constructor(files: Files = { entries: [], next: 1, listeners: new Set() }) {
    this.#files = files;
  }

  /** Another reader of the same journal. */
  reader(): FakeJournal {
    return new FakeJournal(this.#files);
  }

  /** What is appended from now on is not seen, and nobody is told of it. */
  goDeaf(): void {
    this.#unseen = this.#files.next;
  }

  /** Appends in this order and wakes the subscribers. */
  append(...entries: readonly FakeEntry[]): readonly Entry[] {
    const added = entries.map(({ receivedAt, at = receivedAt, line, fields = {}, ...more }): Entry => {
      const [i, t] = [this.#files.next++, receivedAt].map((number) => number.toString(16));
      const cursor = `s=${SEQNUM_ID};i=${i};b=${BOOT_ID};m=${t};t=${t};x=${i}`;
      return { cursor, at, receivedAt, line, messageAt: messageIn(line, fields['MESSAGE']), fields, ...more };
    });
    this.#files.entries.push(...added);
    if (this.#unseen === undefined) for (const wake of [...this.#files.listeners]) wake();
    return added;
  }

  /** How many subscribers there are. */
  get watchers(): number {
    return this.#files.listeners.size;
  }

  /** Forgets the oldest `count` entries. */
  vacuum(count: number): void {
    this.#files.entries = this.#files.entries.slice(count);
  }

  seek(start: JournalStart): SeekResult {
    this.#standsOn = undefined;
    switch (start.kind) {
      case 'head':
        this.#position = 0;
        return 'exact';
      case 'tail':
        this.#position = this.#files.next;
        return 'exact';
      case 'since': {
        const first = this.#files.entries.find((entry) => entry.receivedAt >= start.since);
        this.#position = first === undefined ? this.#files.next : seqnumOf(first.cursor);
        return 'exact';
      }
      case 'cursor':
        this.#position = seqnumOf(start.cursor) + 1;
        if (this.entryAt(start.cursor) === undefined) return 'nearest';
        this.#standsOn = seqnumOf(start.cursor);
        return 'exact';
    }
  }

  get isAtEnd(): boolean {
    const last = this.#files.entries.at(-1);
    return last === undefined || Math.min(seqnumOf(last.cursor), this.#end - 1) < this.#position;
  }

  wasSeen(entry: Entry, position: JournalPlace): boolean {
    return seqnumOf(entry.cursor) <= seqnumOf(position.cursor);
  }

  /** Sequence number of the first entry that is not seen. */
  get #end(): number {
    return this.#unseen ?? Number.POSITIVE_INFINITY;
  }

  reopen(): void {
    if (!this.isStuck) this.#unseen = undefined;
  }

  expectSoon(): void {
    this.expected += 1;
  }

  inspect(): F2bError | undefined {
    return this.trouble;
  }

  read(limit: number): readonly Entry[] {
    if (this.failure !== undefined) throw this.failure;
    const entries = this.#files.entries
      .filter(({ cursor }) => seqnumOf(cursor) >= this.#position && seqnumOf(cursor) < this.#end)
      .slice(0, limit);
    const last = entries.at(-1);
    if (last !== undefined) this.#position = seqnumOf(last.cursor) + 1;
    return entries;
  }

  readBackwards(limit: number): readonly Entry[] {
    const end = this.#standsOn ?? this.#position;
    this.#standsOn = undefined;
    const before = this.#files.entries.filter((entry) => seqnumOf(entry.cursor) < end);
    const entries = limit > 0 ? before.slice(-limit).reverse() : [];
    const last = entries.at(-1);
    if (last !== undefined) this.#position = seqnumOf(last.cursor);
    return entries;
  }

  async *readLines(): AsyncGenerator<readonly JournalLine[]> {
    for (let entries = this.read(1000); entries.length > 0; entries = this.read(1000))
      yield entries.map(({ at, receivedAt, line, messageEnd, stream }) => ({
        at,
        receivedAt,
        text: line,
        terminated: `${line}\n`,
        isAscii: false,
        messageEnd,
        stream,
        cursor: '',
      }));
  }

  entryAt(cursor: string): Entry | undefined {
    return this.#files.entries.find((entry) => entry.cursor === cursor);
  }

  onChange(wake: () => void): () => void {
    this.#files.listeners.add(wake);
    this.#own.add(wake);
    return () => void this.#files.listeners.delete(wake);
  }

  close(): void {
    for (const wake of this.#own) this.#files.listeners.delete(wake);
    this.#own.clear();
  }
}
