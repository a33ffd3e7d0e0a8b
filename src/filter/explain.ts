/**
 * Shows how a filter sees one line: which regexes match where and capture what, and when none does, which one came
 * closest. For people who write filters; it tries every regex and is slow.
 */
import type { Budget } from './budget.js';
import type { Filter } from './load-filter.js';
import { type Capture, captureText, readCaptures } from './matching/captures.js';
import { type Rule, type RuleSettings, recompile } from './rule.js';

/** A regex that matches `text` from `start` to `end`. */
export interface RuleMatch {
  readonly rule: Rule;
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** By name of the group. */
  readonly captures: ReadonlyMap<string, Capture>;
}

/** The regex that matched the longest piece of `text` before it failed. */
export interface NearMiss {
  readonly rule: Rule;
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** The part of the regex, as written, that matched, and the rest. */
  readonly matched: string;
  readonly failed: string;
}

export interface Explanation {
  readonly prefregex: RuleMatch | undefined;
  readonly ignored: readonly RuleMatch[];
  /** All failregexes that match; the first one decides. */
  readonly matches: readonly RuleMatch[];
  /** Undefined when something matches, or nothing comes close at all. */
  readonly closest: NearMiss | undefined;
}

/**
 * `line` is the text without its date, as the matcher gets it. Each regex has the budget for itself; one that exceeds
 * it is left out.
 */
export function explainLine(filter: Filter, line: string, budget: Budget): Explanation {
  const whole = `${line}\n`;
  const settings: RuleSettings = { usedns: filter.usedns, multiline: filter.maxlines > 1 };
  const matching = (rules: readonly Rule[], text: string) =>
    definite(budget.each(rules, (rule) => matchRule(filter, rule, text), leftOut));
  const missing = (rules: readonly Rule[], text: string) =>
    definite(budget.each(rules, (rule) => nearMiss(rule, text, settings), leftOut));
  const outer = filter.prefregex === undefined ? [] : [filter.prefregex];
  const [prefregex] = matching(outer, whole);
  const content = captureText(prefregex?.captures.get('content'));
  const text = content ? `${content}\n` : whole;
  const ignored = filter.ignoreregex.flatMap((rule) => matching([rule], whole)[0] ?? matching([rule], text)[0] ?? []);
  if (filter.prefregex !== undefined && prefregex === undefined) {
    return { prefregex, ignored, matches: [], closest: missing(outer, whole)[0] };
  }
  const matches = matching(filter.failregex, text);
  const misses = matches.length > 0 ? [] : missing(filter.failregex, text);
  const [closest] = misses.toSorted((a, b) => b.end - b.start - (a.end - a.start));
  return { prefregex, ignored, matches, closest };
}

function leftOut(): undefined {
  return undefined;
}

function definite<Item>(items: readonly (Item | undefined)[]): readonly Item[] {
  return items.flatMap((item) => (item === undefined ? [] : [item]));
}

function matchRule({ groups }: Filter, rule: Rule, text: string): RuleMatch | undefined {
  const match = rule.regex.exec(text);
  if (match === undefined) return undefined;
  const captures = new Map<string, Capture>();
  readCaptures(rule.layout, match).forEach((capture, at) => {
    if (capture !== undefined) captures.set(groups[at] ?? '', capture);
  });
  return { rule, text, start: match.start, end: match.end, captures };
}

/** The longest beginning of the regex that still matches; a longer one matches only where a shorter one does. */
function nearMiss(rule: Rule, text: string, settings: RuleSettings): NearMiss | undefined {
  let best: NearMiss | undefined;
  let low = 1;
  let high = rule.written.length - 1;
  while (low <= high) {
    const middle = Math.floor((low + high) / 2);
    const part = longestRegex(rule, middle, low, settings);
    if (part === undefined) {
      low = middle + 1;
      continue;
    }
    const match = part.regex.exec(text);
    if (match === undefined) {
      high = part.length - 1;
      continue;
    }
    const { start, end } = match;
    best = {
      rule,
      text,
      start,
      end,
      matched: rule.written.slice(0, part.length),
      failed: rule.written.slice(part.length),
    };
    low = middle + 1;
  }
  return best !== undefined && best.end > best.start ? best : undefined;
}

/** The longest beginning that is a regex in itself and has between `least` and `length` characters. */
function longestRegex(rule: Rule, length: number, least: number, settings: RuleSettings) {
  for (let end = length; end >= least; end -= 1) {
    // Not within a tag, whose name would be taken for text.
    if (/<[^<>]*$/.test(rule.written.slice(0, end))) continue;
    const regex = recompile(rule.written.slice(0, end), settings);
    if (regex !== undefined) return { regex, length: end };
  }
  return undefined;
}
