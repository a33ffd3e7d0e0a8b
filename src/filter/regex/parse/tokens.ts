/** Cuts a Python regex into tokens as `re` does: one character, or a backslash with the character after it. */
import type { RegexProblem } from '../syntax.js';

/** Ends the reading of a regex; parseRegex turns it into a problem. It never leaves this folder. */
export class RegexError extends Error {
  readonly index: number;

  constructor(message: string, index: number) {
    super(message);
    this.name = 'RegexError';
    this.index = index;
  }

  get problem(): RegexProblem {
    return { index: this.index, message: this.message };
  }
}

export class Tokens {
  readonly #text: string;
  /** The token to come; undefined at the end. */
  next: string | undefined;
  /** Where `next` begins. */
  index = 0;

  constructor(text: string) {
    this.#text = text;
    this.seek(0);
  }

  seek(index: number): void {
    this.index = index;
    this.next = this.#at(index);
  }

  #at(index: number): string | undefined {
    const point = this.#text.codePointAt(index);
    if (point === undefined) return undefined;
    const char = String.fromCodePoint(point);
    if (char !== '\\') return char;
    const escaped = this.#text.codePointAt(index + 1);
    if (escaped === undefined) throw new RegexError('a backslash at the end escapes nothing', index);
    return char + String.fromCodePoint(escaped);
  }

  /** Takes the next token. */
  get(): string | undefined {
    const taken = this.next;
    if (taken !== undefined) this.seek(this.index + taken.length);
    return taken;
  }

  /** Takes the next token if it is this one. */
  match(token: string): boolean {
    if (this.next !== token) return false;
    this.get();
    return true;
  }

  /** Takes tokens that are characters of `set`, at most `most`. */
  getAll(set: string, limit = Number.POSITIVE_INFINITY): string {
    let taken = '';
    while (taken.length < limit && this.next !== undefined && set.includes(this.next)) taken += this.get();
    return taken;
  }

  /** Takes everything up to the terminator, and the terminator. */
  getUntil(terminator: string, what: string): string {
    const start = this.index;
    let taken = '';
    while (this.next !== terminator) {
      const token = this.get();
      if (token === undefined) throw new RegexError(`missing ${terminator} after the ${what}`, start);
      taken += token;
    }
    if (taken === '') throw new RegexError(`missing ${what}`, start);
    this.get();
    return taken;
  }
}
