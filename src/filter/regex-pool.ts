/**
 * Regexes by what they were written as. Filters have many in common (sshd's in its modes), and after a reload most are
 * what they were: each is read and compiled once.
 * Invariant: it holds what was asked for in this round and the one before, no more.
 */
import { type Translation, translateRegex } from './regex/translate.js';

/** Reads one of a filter's regexes; `multiline`: `^` and `$` match at every line. */
export type TranslateRule = (pattern: string, multiline: boolean) => Translation;

export class RegexPool {
  #asked = new Map<string, Translation>();
  #before: ReadonlyMap<string, Translation> = new Map();

  /** Begins the next round: all filters are to be loaded anew. */
  begin(): void {
    this.#before = this.#asked;
    this.#asked = new Map();
  }

  readonly translate: TranslateRule = (pattern, multiline) => {
    const key = `${multiline ? 'm' : ' '}${pattern}`;
    const translation = this.#asked.get(key) ?? this.#before.get(key) ?? translateRegex(pattern, { multiline });
    this.#asked.set(key, translation);
    return translation;
  };
}
