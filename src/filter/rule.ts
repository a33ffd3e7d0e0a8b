/** One regex of a filter, translated and ready to run, together with where and how it was written. */
import type { Problem } from '../core/problem.js';
import { type CaptureLayout, captureLayout, type Places } from './matching/captures.js';
import { WordTest } from './matching/word-test.js';
import { type TranslatedRegex, translateRegex } from './regex/translate.js';
import type { TranslateRule } from './regex-pool.js';
import { expandTags, unclosedTag } from './tags/expand.js';

export type RuleKind = 'prefregex' | 'failregex' | 'ignoreregex';

export interface RuleSource {
  readonly kind: RuleKind;
  /** With its tags, as it is after interpolation; what a person recognizes. */
  readonly written: string;
  readonly file: string;
  readonly line: number;
}

export interface Rule extends RuleSource {
  readonly regex: TranslatedRegex;
  readonly layout: CaptureLayout;
  /** Whether the regex can match a text at all. */
  readonly words: WordTest;
}

export interface RuleSettings {
  readonly usedns: string;
  /** `^` and `$` match at every line of the buffer: failregexes of a filter with maxlines. */
  readonly multiline: boolean;
}

/** What the rules of one filter have in common. */
export interface RuleParts {
  readonly places: Places;
  readonly translate: TranslateRule;
  /** What is wrong is added to them. */
  readonly problems: Problem[];
}

/** Compiles a regex; undefined after a problem, which is added to the filter's. */
export function compileRule(
  source: RuleSource,
  { usedns, multiline }: RuleSettings,
  { places, translate, problems }: RuleParts,
): Rule | undefined {
  const python = expandTags(source.written, usedns);
  const unclosed = unclosedTag(source.written);
  const { value, problems: wrong } = translate(python, multiline);
  for (const { index, message } of wrong) {
    const near = python.slice(Math.max(0, index - 15), index + 25);
    problems.push({
      file: source.file,
      line: source.line,
      message: `${source.kind} "${shorten(source.written)}" cannot be used: ${message}, near "${near}"`,
      hint:
        unclosed === undefined
          ? 'mend the regex; Python reads it the same way: https://docs.python.org/3/library/re.html'
          : `write </${unclosed}> behind what <${unclosed}> captures`,
    });
  }
  if (value === undefined) return undefined;
  return { ...source, regex: value, layout: captureLayout(value.groups, places), words: new WordTest(value.root) };
}

/** A regex by itself, for trying; undefined when it is none. */
export function recompile(written: string, { usedns, multiline }: RuleSettings): TranslatedRegex | undefined {
  return translateRegex(expandTags(written, usedns), { multiline }).value;
}

function shorten(text: string): string {
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}
