/**
 * Turns the records that f2b_drain wrote (native/entry.c describes them) into entries. Pure: bytes in, values out.
 * Text that is not UTF-8 comes out with U+FFFD in its place, never as an error.
 */
import type { Entry, MessageEnd } from '../core/entry.js';
import type { JournalLine } from '../ports/journal.js';
import type { FieldSets } from './field-sets.js';

/** Size of a record's header and of a line of its field table, bytes. */
const HEADER = 48;
const FIELD = 8;
/** In the place of a number of bytes: what is odd about the message's ends. The values are those of `enum message_end`. */
const ODD_END = 0x8000_0000;
const ends = { broken: 1, rest: 2, cut: 4 } as const;

/** A record's numbers are in host byte order and aligned: views over the buffer read them. */
interface Records {
  readonly bytes: Buffer;
  readonly words: Uint32Array;
  readonly doubles: Float64Array;
}

function recordsIn(bytes: Buffer): Records {
  const { buffer, byteOffset, length } = bytes;
  return {
    bytes,
    words: new Uint32Array(buffer, byteOffset, length >>> 2),
    doubles: new Float64Array(buffer, byteOffset, length >>> 3),
  };
}

/** The word at a byte offset; records hold every word that is asked for. */
function word({ words }: Records, at: number): number {
  return words[at >>> 2] ?? 0;
}

function time({ doubles }: Records, at: number): number {
  return doubles[at >>> 3] ?? 0;
}

/** What the record's word `end` says of the end of the message. */
function endOf(records: Records, start: number): MessageEnd | undefined {
  const end = word(records, start + 36);
  if (end === 0) return undefined;
  if (end < ODD_END) return { isBroken: false, stripped: end };
  const isRest = (end & ends.rest) !== 0 ? ({ isRest: true } as const) : undefined;
  const isCut = (end & ends.cut) !== 0 ? ({ isCut: true } as const) : undefined;
  return { isBroken: (end & ends.broken) !== 0, stripped: 0, ...isRest, ...isCut };
}

function streamOf(records: Records, start: number): number | undefined {
  return word(records, start + 40) || undefined;
}

function decodeEntry(records: Records, start: number, sets: FieldSets): Entry {
  const { bytes, words } = records;
  const ascii = word(records, start + 4) === 1;
  const line = start + HEADER + word(records, start + 32) * FIELD;
  const lineEnd = line + word(records, start + 24);
  const cursor = lineEnd + 1;
  const cursorEnd = cursor + word(records, start + 28);
  const table = [(start + HEADER) >>> 2, line >>> 2] as const;
  const message = word(records, start + 44);
  // With the newline behind it in one piece: V8 copies a text that is put together when it is first searched.
  const terminated = bytes.toString(ascii ? 'latin1' : 'utf8', line, lineEnd + 1);
  const entry = {
    cursor: bytes.toString('latin1', cursor, cursorEnd),
    at: time(records, start + 16),
    receivedAt: time(records, start + 8),
    line: terminated.slice(0, -1),
    terminated,
    isAscii: ascii,
    messageAt: ascii ? message : bytes.toString('utf8', line, line + message).length,
    fields: sets.fieldsAt({ bytes, words, table, values: cursorEnd }),
  };
  const messageEnd = endOf(records, start);
  const stream = streamOf(records, start);
  if (messageEnd === undefined && stream === undefined) return entry;
  return { ...entry, ...(messageEnd && { messageEnd }), ...(stream !== undefined && { stream }) };
}

/** The entries in the first `used` bytes; `sets` are of the fields that the journal was opened with. */
export function decodeEntries(buffer: Buffer, used: number, sets: FieldSets): Entry[] {
  const records = recordsIn(buffer);
  const entries: Entry[] = [];
  for (let start = 0; start < used; start += word(records, start)) entries.push(decodeEntry(records, start, sets));
  return entries;
}

/**
 * Most are looked at once and dropped: the text without a newline is made when it is asked for, and times are read from
 * the record, which is there as long as the line's batch.
 */
class BulkLine implements JournalLine {
  readonly terminated: string;
  readonly isAscii: boolean;
  readonly cursor = '';
  readonly #records: Records;
  readonly #start: number;

  constructor(terminated: string, isAscii: boolean, records: Records, start: number) {
    this.terminated = terminated;
    this.isAscii = isAscii;
    this.#records = records;
    this.#start = start;
  }

  get at(): number {
    return time(this.#records, this.#start + 16);
  }

  get receivedAt(): number {
    return time(this.#records, this.#start + 8);
  }

  get messageEnd(): MessageEnd | undefined {
    return endOf(this.#records, this.#start);
  }

  get stream(): number | undefined {
    return streamOf(this.#records, this.#start);
  }

  get text(): string {
    return this.terminated.slice(0, -1);
  }
}

/** Bytes made a string at a time: V8 makes and drops a string of up to 128 KB cheaply. */
const PIECE = 96 * 1024;

/** Lines in a batch: what is made of them is to be gone before it is so much that V8 moves it. */
const LINES = 1536;

/**
 * The lines alone, several times faster: a large piece of the buffer becomes one string, and ASCII lines are cut out of
 * it. Such a line keeps the piece in memory while it lives, so this is for lines that are looked at and dropped. They
 * come in batches.
 */
export function* decodeLines(buffer: Buffer, used: number): Generator<readonly JournalLine[]> {
  const records = recordsIn(buffer);
  const pieces = new Pieces(buffer, used);
  let lines: JournalLine[] = [];
  for (let start = 0; start < used; start += word(records, start)) {
    lines.push(decodeLine(records, start, pieces));
    if (lines.length < LINES) continue;
    yield lines;
    lines = [];
  }
  if (lines.length > 0) yield lines;
}

function decodeLine(records: Records, start: number, pieces: Pieces): JournalLine {
  const from = start + HEADER + word(records, start + 32) * FIELD;
  const to = from + word(records, start + 24) + 1;
  const isAscii = word(records, start + 4) === 1;
  const text = isAscii ? pieces.text(from, to) : records.bytes.toString('utf8', from, to);
  return new BulkLine(text, isAscii, records, start);
}

/** Cuts ASCII texts out of one buffer, to be asked for from its beginning to its end. */
class Pieces {
  readonly #buffer: Buffer;
  readonly #used: number;
  #start = 0;
  #end = 0;
  #piece = '';

  constructor(buffer: Buffer, used: number) {
    this.#buffer = buffer;
    this.#used = used;
  }

  text(from: number, to: number): string {
    if (to > this.#end) {
      this.#start = from;
      this.#end = Math.min(this.#used, Math.max(to, from + PIECE));
      this.#piece = this.#buffer.toString('latin1', this.#start, this.#end);
    }
    return this.#piece.substring(from - this.#start, to - this.#start);
  }
}
