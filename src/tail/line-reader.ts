/**
 * The complete lines of a file from an offset on. Memory is bounded whatever the file holds: of a line longer than
 * `lineMax` the beginning is kept, and its end is looked for without keeping what lies in between. Holes are not gone
 * through: whoever may write a file can make one that would take for ever.
 */
import type { OpenFile } from '../ports/log-files.js';

/** One line of a file. */
export interface TailLine {
  /** Without its end of line; what is not UTF-8 is U+FFFD. */
  readonly text: string;
  /** The offset behind its end of line. */
  readonly end: number;
  /** It was longer, and only its beginning is here. */
  readonly isCut: boolean;
}

/** Read at a time, bytes. */
const CHUNK = 65_536;
const NEWLINE = 10;

export class LineReader {
  readonly #file: OpenFile;
  readonly #lineMax: number;
  /** Where the next line begins. */
  #start: number;
  /** There is no end of line between `#start` and here. */
  #scanned: number;

  constructor(file: OpenFile, lineMax: number, offset: number) {
    this.#file = file;
    this.#lineMax = lineMax;
    this.#start = offset;
    this.#scanned = offset;
  }

  /** The next lines, some 64 KiB of them; none when no line is complete. */
  next(): readonly TailLine[] {
    for (;;) {
      const bytes = this.#file.read(this.#scanned, CHUNK);
      if (bytes.length === 0) return [];
      if (this.#passHole(bytes) || this.#skipHole(bytes)) continue;
      const lines = this.#linesIn(bytes);
      if (lines.length > 0) return lines;
    }
  }

  /** Where a program goes on behind the end of a file that was truncated, NULs come before its next line. */
  #passHole(bytes: Buffer): boolean {
    if (this.#scanned !== this.#start || bytes[0] !== 0) return false;
    const end = bytes.findIndex((byte) => byte !== 0);
    this.#start = end < 0 ? this.#dataBehind(bytes) : this.#start + end;
    this.#scanned = this.#start;
    return true;
  }

  /** One within a line has no end of line. */
  #skipHole(bytes: Buffer): boolean {
    if (bytes.some((byte) => byte !== 0)) return false;
    this.#scanned = this.#dataBehind(bytes);
    return true;
  }

  #dataBehind({ length }: Buffer): number {
    return Math.max(this.#scanned + length, this.#file.nextData(this.#scanned + length));
  }

  /** `bytes` begin at `#scanned`. */
  #linesIn(bytes: Buffer): readonly TailLine[] {
    const lines: TailLine[] = [];
    const base = this.#scanned;
    let from = 0;
    for (;;) {
      const newline = bytes.indexOf(NEWLINE, from);
      if (newline < 0) break;
      const length = base + newline - this.#start;
      const kept = Math.min(length, this.#lineMax);
      const isWhole = this.#start >= base;
      const line = isWhole ? bytes.subarray(from, from + kept) : this.#file.read(this.#start, kept);
      this.#start = base + newline + 1;
      lines.push({ text: textOf(line), end: this.#start, isCut: kept < length });
      from = newline + 1;
    }
    const isHole = lines.length > 0 && bytes[from] === 0;
    this.#scanned = isHole ? this.#start : base + bytes.length;
    return lines;
  }
}

/** A carriage return before the end of line belongs to it. NUL stands in no entry of journald's text protocol. */
function textOf(line: Buffer): string {
  return line.toString('utf8').replace(/\r$/, '').replaceAll('\0', '\uFFFD');
}

/** A last line that is longer is passed over, bytes. */
const LOOK_BACK = 65_536;

/** Where to begin when only what comes from now on is wanted. */
export function endOfLastLine(file: OpenFile): number {
  const { size } = file.state();
  const from = Math.max(0, size - LOOK_BACK);
  const last = file.read(from, size - from).lastIndexOf(NEWLINE);
  if (last >= 0) return from + last + 1;
  return from === 0 ? 0 : size;
}
