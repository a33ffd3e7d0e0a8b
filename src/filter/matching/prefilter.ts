/**
 * Tells of most texts in passing that no regex of a filter matches them: a word is missing that every match has. On a unit
 * that many jails read, nearly all lines are nearly all jails' strangers. Invariant: in doubt a text may match.
 */
import { anyOf, type RequiredWords, requiredWords } from '../regex/required-words.js';
import type { Rule } from '../rule.js';

/** What has to be known of the filter. */
interface FilterRules {
  readonly prefregex: Rule | undefined;
  readonly failregex: readonly Rule[];
  readonly ignoreregex: readonly Rule[];
}

export class Prefilter {
  readonly #rules: FilterRules;
  /** Each finds something in every text that matters. Worked out when a text is first asked of. */
  #words: readonly RegExp[] | undefined;

  constructor(rules: FilterRules) {
    this.#rules = rules;
  }

  /** False: neither a failregex nor an ignoreregex of the filter matches the text. Takes a time in proportion to it. */
  mayMatch(text: string): boolean {
    this.#words ??= wordsOf(this.#rules).map(({ sources }) => new RegExp(sources.join('|')));
    return this.#words.every((word) => word.test(text));
  }
}

function wordsOf({ prefregex, failregex, ignoreregex }: FilterRules): readonly RequiredWords[] {
  const words = ({ regex }: Rule) => requiredWords(regex.root);
  // Some filters ask an ignoreregex first: what it matches is told, whatever the prefregex says.
  const outer = prefregex !== undefined && ignoreregex.length === 0 ? words(prefregex) : undefined;
  // A content of several captures is put together: what a failregex asks for need not stand in the text.
  const isText = prefregex === undefined || prefregex.layout.content !== undefined;
  const inner = isText ? anyOf([...failregex, ...ignoreregex].map(words)) : undefined;
  return [outer, inner].filter((one) => one !== undefined);
}
