/**
 * Runs the regexes of a filter over one text, in the order fail2ban does. Nothing that outlives a search is changed by
 * it but the count of texts that a limited regex has left, so that it can be broken off anywhere and begun anew.
 */

import type { Filter } from '../load-filter.js';
import { isWide, type RegexMatch } from '../regex/translate.js';
import type { Rule } from '../rule.js';
import { type OwnCaptures, readCaptures, readContent } from './captures.js';
import type { Span } from './line-buffer.js';
import { type SlowNotice, SlowRegexBreaker } from './slow-regex-breaker.js';
import { endsWithGroup } from './trailing.js';

const NEWLINE = 10;
const nowhere: Span = { text: '', start: 0, end: 0 };

/** A failregex matched. */
export interface Found {
  readonly kind: 'found';
  readonly rule: Rule;
  /** Of the failregex and, where it has nothing, of prefregex. */
  readonly captures: OwnCaptures;
  /** Where in what F-CONTENT left of the text. Worked out for filters with maxlines, which need it. */
  readonly span: Span;
}
/** An ignoreregex matched, at first or after a failregex. */
export interface Ignored {
  readonly kind: 'ignored';
  readonly by: Rule;
}
/** The regexes took too long. */
export interface GivenUp {
  readonly kind: 'slow';
  readonly regex: string;
  readonly notice: SlowNotice;
}
/** A failregex matched a message that may have been cut off, and who is meant depends on what is missing. */
export interface Cut {
  readonly kind: 'cut';
}
/** What the regexes find in a text; undefined when none matches. */
export type Finding = Found | Ignored | GivenUp | Cut | undefined;

/** A quick search came to a regex that may need time without end. */
export interface Unsure {
  readonly kind: 'unsure';
}
export const unsure: Unsure = { kind: 'unsure' };

/**
 * What a quick search takes on, in UTF-16 units and regexes: V8 runs a linear regex for 0.3 ms and then changes over to
 * the engine that does not backtrack, which was never seen to need more than 2.5 ms for so much text.
 */
const SHORT = 500;
const FEW = 16;

export class Search {
  readonly #filter: Filter;
  readonly #isBuffered: boolean;
  readonly #breaker = new SlowRegexBreaker();
  readonly #ignoresFirst: boolean;
  /** F-CONTENT is all of the text behind where it begins. */
  readonly #contentIsRest: boolean;
  /** What `isQuick` found out, which takes translating the regexes. */
  #areOthersLinear: boolean | undefined;
  /** The regex being tried, to name it when it takes too long. */
  #trying: Rule | undefined;

  constructor(filter: Filter) {
    const { prefregex, failregex, ignoreregex, maxlines } = filter;
    const { regex, layout } = prefregex ?? {};
    this.#filter = filter;
    this.#isBuffered = maxlines > 1;
    this.#contentIsRest =
      layout?.content !== undefined && regex !== undefined && endsWithGroup(regex.root, layout.content);
    this.#ignoresFirst = ignoreregex.length > 0 && ignoreregex.length < failregex.length - 2;
  }

  get slowRegexes(): readonly string[] {
    return this.#breaker.exhausted;
  }

  /**
   * What all regexes together say of a text that ends with a newline. A quick search ends in some milliseconds,
   * whatever the text, and needs nobody to break it off.
   */
  find(text: string, isAscii?: boolean): Finding;
  find(text: string, isAscii: boolean | undefined, quick: true): Finding | Unsure;
  find(text: string, isAscii = false, quick = false): Finding | Unsure {
    try {
      const wide = !isAscii && isWide(text);
      if (quick && (wide || text.length > SHORT || !this.#isQuick())) return unsure;
      const by = this.#ignoresFirst ? this.#ignoring(text, wide) : undefined;
      return by === undefined ? this.#findOuter(text, wide, quick) : { kind: 'ignored', by };
    } catch {
      return this.giveUp();
    }
  }

  /** Whether the text is to be ignored. */
  findIgnoring(text: string): Ignored | GivenUp | undefined {
    try {
      const by = this.#ignoring(text, isWide(text));
      return by && { kind: 'ignored', by };
    } catch {
      return this.giveUp();
    }
  }

  /**
   * To be called when a search was broken off, before the next one, or when the match of a rule could not be made use of.
   * Whatever a line makes the engine throw, an agent that ended over it would meet the same line again.
   */
  giveUp(rule = this.#trying): GivenUp {
    return { kind: 'slow', regex: rule?.written ?? '', notice: rule ? this.#breaker.overran(rule) : 'told' };
  }

  /** Whether the regexes that every text meets are few, and linear. */
  #isQuick(): boolean {
    const { prefregex, ignoreregex } = this.#filter;
    const isLinear = ({ regex }: Rule) => regex.linear;
    this.#areOthersLinear ??=
      (prefregex === undefined || isLinear(prefregex)) && ignoreregex.length < FEW && ignoreregex.every(isLinear);
    return this.#areOthersLinear;
  }

  #findOuter(text: string, wide: boolean, quick: boolean): Finding | Unsure {
    const { prefregex } = this.#filter;
    if (prefregex === undefined) return this.#findIn(text, wide, undefined, quick);
    this.#trying = prefregex;
    if (!prefregex.words.mayMatch(text)) return undefined;
    const outer = this.#breaker.regexOf(prefregex).exec(text, wide);
    if (outer === undefined) return undefined;
    const content = readContent(prefregex.layout, outer);
    return this.#findIn(content ? this.#withNewline(content, text) : text, wide, outer, quick);
  }

  /** What is known to be the end of the text before its newline is cut out with it, which copies nothing. */
  #withNewline(content: string, text: string): string {
    const isRest = this.#contentIsRest && content.charCodeAt(content.length - 1) !== NEWLINE;
    return isRest ? text.slice(-content.length - 1) : `${content}\n`;
  }

  /** The first failregex that matches, unless it is to be ignored. */
  #findIn(text: string, wide: boolean, outer: RegexMatch | undefined, quick: boolean): Finding | Unsure {
    let tried = 0;
    for (const rule of this.#filter.candidates.of(text)) {
      this.#trying = rule;
      if (!rule.words.mayMatch(text)) continue;
      tried += 1;
      if (quick && (tried > FEW || !rule.regex.linear)) return unsure;
      const match = this.#breaker.regexOf(rule).exec(text, wide);
      if (match === undefined) continue;
      const by = this.#isBuffered ? undefined : this.#ignoring(text, wide);
      return by === undefined ? this.#found(rule, match, outer, text) : { kind: 'ignored', by };
    }
    return undefined;
  }

  /** Captures are read at once: the match is in the processor's cache, and need not be kept for later. */
  #found(rule: Rule, match: RegexMatch, outer: RegexMatch | undefined, text: string): Found {
    const captures = readCaptures(rule.layout, match, this.#filter.prefregex?.layout, outer);
    const span = this.#isBuffered ? { text, start: match.start, end: match.end } : nowhere;
    return { kind: 'found', rule, captures, span };
  }

  #ignoring(text: string, wide: boolean): Rule | undefined {
    for (const rule of this.#filter.ignoreregex) {
      this.#trying = rule;
      if (!rule.words.mayMatch(text)) continue;
      if (this.#breaker.regexOf(rule).test(text, wide)) return rule;
    }
    return undefined;
  }
}
