/** What the translation of a Python regex offers, whichever engine runs it. */
import type { RegexNode } from './syntax.js';

/** For texts within Latin-1, or for any. */
export type Form = 'narrow' | 'wide';

/** One match. Texts are cut out when they are asked for. */
export interface RegexMatch {
  /** Where the match begins and ends, in UTF-16 units. */
  readonly start: number;
  readonly end: number;
  /** The text of a group by Python's number, 0 for all of the match; undefined when the group took no part. */
  group(number: number): string | undefined;
  /** The text of a named group. */
  named(name: string): string | undefined;
}

/** A Python regex ready to run. */
export interface TranslatedRegex {
  /** Python's group names by number, '' for a group without a name and for 0, the whole match. */
  readonly groups: readonly string[];
  /** What the pattern was read into. */
  readonly root: RegexNode;
  /** What V8 runs on texts within Latin-1, without flags; undefined when our own machine does it all. */
  readonly source: string | undefined;
  /** V8's engine that does not backtrack can run it on texts within Latin-1. */
  readonly linear: boolean;
  /**
   * Whether `re.search` finds it, the cheapest question. Who asks many regexes about one text works out
   * `isWide(text)` once. May throw TooManySteps.
   */
  test(text: string, wide?: boolean): boolean;
  /** What `re.search` finds. May throw TooManySteps. */
  exec(text: string, wide?: boolean): RegexMatch | undefined;
  /**
   * What `search(text, from)` of a compiled Python regex finds; `^` stays at the text's beginning. Slower than `exec`.
   */
  execFrom(text: string, from: number): RegexMatch | undefined;
  /** The same regex on our own machine, which raises TooManySteps after `steps` steps (20 ns each). */
  bounded(steps: number): TranslatedRegex;
  /** Makes ready now (milliseconds), and not when the first text comes that wants this form. */
  compile(form: Form): void;
}
