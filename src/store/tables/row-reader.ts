/**
 * Reads rows that SQLite wrote as JSON lists, one a line: a million of them at a start, without a text for every cell.
 * Invariant: the cells are what JSON.parse makes of the line, only that addresses are addresses already, and lists that
 * are to be left unread still in JSON.
 */
import { parseAddressBytes } from '../../core/address/address.js';
import type { UnreadCursors } from '../../core/ban.js';

const NEWLINE = 10;
const QUOTE = 34;
const COMMA = 44;
const ZERO = 48;
const NINE = 57;
const OPEN_LIST = 91;
const BACKSLASH = 92;
const CLOSE_LIST = 93;
const SMALL_L = 108;
const SMALL_N = 110;
const SMALL_U = 117;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;

/** A text that was read, and where it stands. */
interface Known {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const nothingKnown: Known = { text: '', start: 0, end: 0 };

/** A list of texts as it stands on a page. */
export class UnreadTexts implements UnreadCursors {
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;

  constructor(bytes: Buffer, start: number, end: number) {
    this.bytes = bytes;
    this.start = start;
    this.end = end;
  }

  read(): readonly string[] {
    return JSON.parse(this.bytes.toString('utf8', this.start, this.end));
  }
}

export interface RowForm {
  readonly columns: number;
  /** Which cell is an address. */
  readonly address: number;
  /** Which cell is a list of texts that is to be left unread. */
  readonly unread?: number;
}

export class RowReader {
  readonly #page: Buffer;
  readonly #form: RowForm;
  readonly #cells: unknown[];
  /** The last text of each column: jails repeat themselves. */
  readonly #latest: Known[];
  #at = 0;

  constructor(page: Buffer, form: RowForm) {
    this.#page = page;
    this.#form = form;
    this.#cells = new Array<unknown>(form.columns).fill(undefined);
    this.#latest = new Array<Known>(form.columns).fill(nothingKnown);
  }

  /**
   * The cells of the next row; undefined after the last. The list is the same for all rows: it holds until the next
   * call.
   * All cells are undefined when the line is no such list.
   */
  next(): readonly unknown[] | undefined {
    if (this.#at >= this.#page.length) return undefined;
    try {
      this.#pass(OPEN_LIST);
      for (let column = 0; column < this.#cells.length; column += 1) {
        if (column > 0) this.#pass(COMMA);
        this.#cells[column] = this.#cell(column);
      }
      this.#pass(CLOSE_LIST);
    } catch {
      this.#cells.fill(undefined);
    }
    this.#passLine();
    return this.#cells;
  }

  #pass(code: number): void {
    if (this.#page[this.#at] !== code) throw new SyntaxError();
    this.#at += 1;
  }

  /** A whole row was read up to its newline; of a broken one the rest is passed over. */
  #passLine(): void {
    if (this.#page[this.#at] !== NEWLINE) {
      const end = this.#page.indexOf(NEWLINE, this.#at);
      this.#at = end < 0 ? this.#page.length : end;
    }
    this.#at += 1;
  }

  /** Reads a cell and stands after it. Throws SyntaxError. */
  #cell(column: number): unknown {
    const first = this.#page[this.#at] ?? 0;
    if (first >= ZERO && first <= NINE) return this.#integer();
    if (first === QUOTE) return column === this.#form.address ? this.#addressOrText() : this.#repeated(column);
    if (column === this.#form.unread) return this.#texts() ?? this.#any();
    return first === SMALL_N ? this.#null() : this.#any();
  }

  #null(): unknown {
    const page = this.#page;
    const at = this.#at;
    if (page[at + 1] !== SMALL_U || page[at + 2] !== SMALL_L || page[at + 3] !== SMALL_L) return this.#any();
    this.#at += 4;
    return null;
  }

  #integer(): unknown {
    const page = this.#page;
    let value = 0;
    let end = this.#at;
    let code = page[end] ?? 0;
    while (code >= ZERO && code <= NINE) {
      value = 10 * value + (code - ZERO);
      end += 1;
      code = page[end] ?? 0;
    }
    if (value > Number.MAX_SAFE_INTEGER || (code !== COMMA && code !== CLOSE_LIST)) return this.#any();
    this.#at = end;
    return value;
  }

  #addressOrText(): unknown {
    const end = endOfText(this.#page, this.#at);
    const address = parseAddressBytes(this.#page, this.#at + 1, end);
    if (address === undefined) return this.#any();
    this.#at = end + 1;
    return address;
  }

  #repeated(column: number): unknown {
    const known = this.#latest[column] ?? nothingKnown;
    const from = this.#at;
    if (known !== nothingKnown && this.#repeats(known.start, known.end)) {
      this.#at += known.end - known.start;
      return known.text;
    }
    const value = this.#any();
    if (typeof value === 'string') this.#latest[column] = { text: value, start: from, end: this.#at };
    return value;
  }

  /** Whether what is next stands from `start` to `end` already. */
  #repeats(start: number, end: number): boolean {
    for (let at = start; at < end; at += 1) {
      if (this.#page[at] !== this.#page[this.#at + at - start]) return false;
    }
    return true;
  }

  /** A list of texts as it stands; undefined when it is something else, empty for example. */
  #texts(): UnreadTexts | undefined {
    const page = this.#page;
    const start = this.#at;
    if (page[start] !== OPEN_LIST) return undefined;
    let at = start;
    do {
      const last = page[at + 1] === QUOTE ? page.indexOf(QUOTE, at + 2) : -1;
      // Within a text a quote is escaped.
      if (last < 0 || page[last - 1] === BACKSLASH) return undefined;
      at = last + 1;
    } while (page[at] === COMMA);
    if (page[at] !== CLOSE_LIST) return undefined;
    this.#at = at + 1;
    return new UnreadTexts(page, start, this.#at);
  }

  #any(): unknown {
    const start = this.#at;
    this.#at = endOfValue(this.#page, start);
    return JSON.parse(this.#page.toString('utf8', start, this.#at));
  }
}

/** Where the value that begins at `start` ends, at the latest where its line does. */
function endOfValue(page: Buffer, start: number): number {
  let depth = 0;
  for (let at = start; at < page.length; at += 1) {
    const code = page[at];
    if (code === NEWLINE) return at;
    if (code === QUOTE) at = endOfText(page, at);
    else if (code === OPEN_LIST || code === OPEN_OBJECT) depth += 1;
    else if (depth === 0 && (code === COMMA || code === CLOSE_LIST)) return at;
    else if (code === CLOSE_LIST || code === CLOSE_OBJECT) depth -= 1;
  }
  return page.length;
}

/** The quote that ends the text whose first quote is at `start`, or what stands before the end of its line. */
function endOfText(page: Buffer, start: number): number {
  let end = start + 1;
  while (end < page.length && page[end] !== QUOTE && page[end] !== NEWLINE) end += page[end] === BACKSLASH ? 2 : 1;
  return page[end] === NEWLINE ? end - 1 : end;
}
