/**
 * One open file and how far it was read. Its beginning tells whether it is still the same: a file that was truncated and
 * written anew begins with another line.
 */
import type { FileState, LogFiles, OpenFile } from '../ports/log-files.js';
import { endOfLastLine, LineReader, type TailLine } from './line-reader.js';
import { fileId } from './place.js';

/** So much of the first line makes a file known, bytes. */
const HEAD = 256;
const NEWLINE = 10;

/** What a look at a file brings. */
export type Taken =
  | { readonly kind: 'lines'; readonly lines: readonly TailLine[] }
  /** It begins otherwise than at the last look, or got its first line: it may have been truncated since. */
  | { readonly kind: 'anew' };

export class TailedFile {
  readonly #file: OpenFile;
  readonly #files: LogFiles;
  readonly #lineMax: number;
  readonly inode: string;
  #head: Buffer | undefined;
  #id: string;
  #offset = 0;
  #reader: LineReader;

  constructor(file: OpenFile, files: LogFiles, lineMax: number) {
    this.#file = file;
    this.#files = files;
    this.#lineMax = lineMax;
    this.inode = file.state().inode;
    this.#id = fileId(this.inode, undefined);
    this.#reader = new LineReader(file, lineMax, 0);
    this.#look();
  }

  /** What it is known by, see `fileId`; that of the last look. */
  get id(): string {
    return this.#id;
  }

  /** It held no whole line at the last look. */
  get isEmpty(): boolean {
    return this.#head === undefined;
  }

  /** Bytes: behind the last line that was `sent`. */
  get offset(): number {
    return this.#offset;
  }

  get state(): FileState {
    return this.#file.state();
  }

  /** Its beginning is known once its first line is whole, and stays as it is. */
  #look(): void {
    if (this.#head !== undefined) return;
    const bytes = this.#file.read(0, HEAD);
    const newline = bytes.indexOf(NEWLINE);
    if (newline < 0 && bytes.length < HEAD) return;
    this.#head = newline < 0 ? bytes : bytes.subarray(0, newline + 1);
    this.#id = fileId(this.inode, this.#files.digest(this.#head));
  }

  startAt(offset: number): void {
    this.#offset = offset;
    this.#reader = new LineReader(this.#file, this.#lineMax, offset);
  }

  /** What comes from now on. */
  startAtEnd(): void {
    this.startAt(endOfLastLine(this.#file));
  }

  /** It is another file now, though it has the same inode. */
  startAnew(): void {
    this.#head = undefined;
    this.#id = fileId(this.inode, undefined);
    this.startAt(0);
    this.#look();
  }

  #isTruncated(): boolean {
    const { size } = this.#file.state();
    if (size < this.#offset) return true;
    return this.#head !== undefined && !this.#file.read(0, this.#head.length).equals(this.#head);
  }

  /** The next lines. Those that were not `sent` when it is asked again are lost to this object, not to its offset. */
  take(): Taken {
    if (this.#head === undefined) {
      this.#look();
      return this.#head === undefined ? { kind: 'lines', lines: [] } : { kind: 'anew' };
    }
    // Looked at afterwards: who truncates a file and fills it again has changed its beginning before its middle.
    const lines = this.#reader.next();
    return this.#isTruncated() ? { kind: 'anew' } : { kind: 'lines', lines };
  }

  /** The line is on its way to the journal. */
  sent(line: TailLine): void {
    this.#offset = line.end;
  }

  close(): void {
    this.#file.close();
  }
}
