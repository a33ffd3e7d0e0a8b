/**
 * Takes the date out of the lines of a log file, as the matcher wants them: what stands before and behind the date is
 * the text. A line without a date, or with one that does not exist, has the time of the line before it if that is
 * recent and then stays whole, as in fail2ban; else it is from now.
 */
import type { Problem } from '../core/problem.js';
import { MICROS_PER_SECOND } from '../core/time.js';
import type { DateContext } from './dates/assemble.js';
import { civilOf } from './dates/calendar.js';
import { DateDetector } from './dates/detector.js';
import { templatesOf } from './dates/patterns.js';
import type { Line } from './filter.js';
import type { Filter } from './load-filter.js';

export type { DateContext } from './dates/assemble.js';
export type { Zone } from './dates/calendar.js';

/** A line without a date may be this much older than now and still go with the line before it. s. */
const RECENT = 60;

/** The usual formats are not looked for behind this many characters; no log has its date there. */
const SEARCHED = 65_536;

/** Tells time and text of a line; state is the dates seen so far. */
export interface DatedLines {
  /** Only with formats known to be fast; others should be read within a budget. */
  readonly isUsual: boolean;
  /** `now` in s since the epoch: what the line's date is read against, unless it is that of the context. */
  read(line: string, cursor: string, now?: number): Line;
}

/** `datepattern` problems have no line of their own. */
export function createDatedLines(
  filter: Filter,
  context: DateContext,
): { readonly value: DatedLines; readonly problems: readonly Problem[] } {
  const { year } = civilOf(context.now);
  const { templates, problems, hasOwn } = templatesOf(filter.datepattern ?? [], year);
  // Compiled now, not at the cost of the first line's budget.
  if (hasOwn) for (const { template } of templates) template.problem();
  const hint = 'fields are those of strptime(3); write %% for a percent sign in a file, {DATE} for any usual date';
  return {
    value: new DateCutter(new DateDetector(templates), context, !hasOwn),
    problems: problems.map((message) => ({ file: filter.name, line: 0, message, hint })),
  };
}

class DateCutter implements DatedLines {
  readonly isUsual: boolean;
  readonly #detector: DateDetector;
  readonly #context: DateContext;
  #last: number | undefined;

  constructor(detector: DateDetector, context: DateContext, isUsual: boolean) {
    this.isUsual = isUsual;
    this.#detector = detector;
    this.#context = context;
  }

  read(line: string, cursor: string, now = this.#context.now): Line {
    const found = this.#detector.find(this.isUsual && line.length > SEARCHED ? line.slice(0, SEARCHED) : line);
    if (found === undefined) return this.#undated(line, cursor, now);
    const { match, template } = found;
    const { from, to } = match;
    const rest = line.slice(0, from) + line.slice(to);
    const date = to > from ? template.read(match.match, { ...this.#context, now }) : undefined;
    if (date === undefined) return this.#undated(this.#recent(now) === undefined ? rest : line, cursor, now);
    this.#last = date;
    return { text: rest, at: microsOf(date), cursor };
  }

  #recent(now: number): number | undefined {
    return this.#last !== undefined && this.#last > now - RECENT ? this.#last : undefined;
  }

  #undated(text: string, cursor: string, now: number): Line {
    return { text, at: microsOf(this.#recent(now) ?? now), isUndated: true, cursor };
  }
}

function microsOf(seconds: number): number {
  return Math.round(seconds * MICROS_PER_SECOND);
}
