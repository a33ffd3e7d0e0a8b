/** A program that logs to a file, and what is done to its file: the ways of logrotate(8). Lines are numbered. */
import {
  closeSync,
  copyFileSync,
  existsSync,
  ftruncateSync,
  openSync,
  readdirSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

export class TailedLog {
  readonly path: string;
  #fd: number;
  #name: string;
  #begun = '';
  /** All whole lines so far. */
  readonly lines: string[] = [];

  constructor(path: string, name: string) {
    this.path = path;
    this.#name = name;
    this.#fd = openSync(path, 'a');
  }

  #next(): string {
    return `${this.#name} line ${this.lines.length}`;
  }

  write(): void {
    const line = this.#begun || this.#next();
    writeSync(this.#fd, this.#begun === '' ? `${line}\n` : `${line.slice(HALF)}\n`);
    this.#begun = '';
    this.lines.push(line);
  }

  /** Half a line; the next `write` writes its rest. */
  begin(): void {
    if (this.#begun !== '') return;
    this.#begun = this.#next();
    writeSync(this.#fd, this.#begun.slice(0, HALF));
  }

  /** Makes room for `path.1`. */
  #shift(): void {
    const numbers = readdirSync(dirname(this.path)).flatMap((name) => {
      const [, number] = /^(?:.*)\.(\d+)$/.exec(name) ?? [];
      return number !== undefined && join(dirname(this.path), name) === `${this.path}.${number}`
        ? [Number(number)]
        : [];
    });
    for (const n of numbers.toSorted((a, b) => b - a)) renameSync(`${this.path}.${n}`, `${this.path}.${n + 1}`);
  }

  /** The program goes on writing to the file that was renamed until it is told to `reopen`. */
  rename(): void {
    if (!existsSync(this.path)) return;
    this.#shift();
    renameSync(this.path, `${this.path}.1`);
  }

  reopen(): void {
    if (this.#begun !== '') this.write();
    closeSync(this.#fd);
    this.#fd = openSync(this.path, 'a');
  }

  /** Without a line half written, whose halves nothing could join. */
  copyTruncate(): void {
    if (!existsSync(this.path)) return;
    this.reopen();
    this.#shift();
    copyFileSync(this.path, `${this.path}.1`);
    ftruncateSync(this.#fd, 0);
  }

  close(): void {
    closeSync(this.#fd);
  }
}

/** Characters of a line that `begin` writes. */
const HALF = 4;
