/**
 * A matcher for lines of a log file that came through the journal: each message carries its own date, which is cut out
 * before matching as fail2ban does it. Invariant: no line is from later than its entry.
 */
import { MICROS_PER_SECOND } from '../core/time.js';
import { type Budget, noLimit } from './budget.js';
import type { DatedLines } from './dated-lines.js';
import type { Line, Matcher } from './filter.js';

/**
 * `budget`: a datepattern can stall as well as a failregex; a line it takes too long for, or that makes it throw, has no date.
 * `times`: what a line is from. Of its `date`, or, where lines come at once and dates may be in another time zone than this
 * machine's, as a container's, of the `entry`.
 */
export function datedMatcher(matcher: Matcher, dates: DatedLines, budget: Budget, times: 'date' | 'entry'): Matcher {
  const limit = dates.isUsual ? noLimit : budget;
  const cut = (line: Line): Line => {
    try {
      const { text, at } = dates.read(line.text, line.cursor, line.at / MICROS_PER_SECOND);
      return withoutDate(line, text, times === 'date' ? Math.min(at, line.at) : line.at);
    } catch {
      return line;
    }
  };
  const cutAll = (lines: readonly Line[]): readonly Line[] => limit.each(lines, cut, (line) => line);
  return {
    name: matcher.name,
    journalmatch: matcher.journalmatch,
    tellsUser: matcher.tellsUser,
    get slowRegexes() {
      return matcher.slowRegexes;
    },
    mayBeFor: (line, hasHead) => matcher.mayBeFor(cutAll([line])[0] ?? line, hasHead),
    // Each date tells how the next one is to be read, and words may stand together once it is cut out.
    mayMatch: () => true,
    remembers: true,
    match: (line) => matcher.match(cutAll([line])[0] ?? line),
    matchAll: (lines) => matcher.matchAll(cutAll(lines)),
    begin: (lines) => matcher.begin(cutAll(lines)),
    reset: () => matcher.reset(),
  };
}

/** What is known of the text as a whole no longer holds. */
function withoutDate({ cursor, messageEnd, stream }: Line, text: string, at: number): Line {
  return { text, at, cursor, messageEnd, stream };
}
