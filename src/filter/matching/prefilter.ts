/**
 * Tells of most texts in passing that no regex of a filter matches them: words are missing that every match has. On a unit
 * that many jails read, nearly all lines are nearly all jails' strangers. Invariant: in doubt a text may match.
 */
import { anyOf, requiredWords } from '../regex/required-words.js';
import type { Rule } from '../rule.js';

/** What has to be known of the filter. */
interface FilterRules {
  readonly prefregex: Rule | undefined;
  readonly failregex: readonly Rule[];
  readonly ignoreregex: readonly Rule[];
}

/** Nobody breaks this off, so that a long text is not gone through for each rule. UTF-16 units. */
const SHORT = 1_000;

export class Prefilter {
  readonly #rules: FilterRules;
  /** What every text has that one of the rules matches; found faster than what each of them needs. */
  #common: RegExp | undefined | 'unknown' = 'unknown';

  constructor(rules: FilterRules) {
    this.#rules = rules;
  }

  /** False: neither a failregex nor an ignoreregex of the filter matches the text. Takes a time in proportion to it. */
  mayMatch(text: string): boolean {
    const { prefregex, failregex, ignoreregex } = this.#rules;
    // Some filters ask an ignoreregex first: what it matches is told, whatever the prefregex says.
    const isOuter = prefregex !== undefined && ignoreregex.length === 0;
    if (isOuter && !prefregex.words.mayMatch(text)) return false;
    // A content of several captures is put together: what a failregex asks for need not stand in the text.
    if (prefregex !== undefined && prefregex.layout.content === undefined) return true;
    if (this.#common === 'unknown') this.#common = commonWords([...failregex, ...ignoreregex]);
    if (this.#common?.test(text) === false) return false;
    if (text.length > SHORT) return true;
    const mayMatch = (rule: Rule) => rule.words.mayMatch(text);
    return failregex.some(mayMatch) || ignoreregex.some(mayMatch);
  }
}

function commonWords(rules: readonly Rule[]): RegExp | undefined {
  const words = anyOf(rules.map(({ regex }) => requiredWords(regex.root)));
  return words && new RegExp(words.sources.join('|'));
}
