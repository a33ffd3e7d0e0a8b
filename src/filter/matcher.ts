/**
 * Tells for each line whether it is a failure and whose, in the order fail2ban's filter does: ignoreregex first when
 * there are few of them, prefregex, the failregexes one after another until one matches, ignoreregex again, sessions.
 * Pure: the same lines in the same order give the same verdicts.
 */
import { Candidates } from './candidates.js';
import { type Captures, captureText, type OwnCaptures, place, readCaptures, readContent } from './captures.js';
import type { Hit, Line, Matcher, Verdict } from './filter.js';
import { fieldNames, fieldsOf, identify } from './identity.js';
import { appendLine, bufferOf, type LineBuffer, splitByMatch } from './line-buffer.js';
import type { Filter } from './load-filter.js';
import { isWide, type RegexMatch, TooManySteps } from './regex/translate.js';
import type { Rule } from './rule.js';
import { type Session, Sessions } from './sessions.js';
import { endsWithGroup } from './trailing.js';

const none: Verdict = { outcome: 'none' };
const ignored: Verdict = { outcome: 'ignored' };
const NEWLINE = 10;
const noUsers: readonly string[] = [];

/** Told of each failregex and ignoreregex that matched, for statistics. */
export type MatchObserver = (rule: Rule) => void;

export function createMatcher(filter: Filter, observer: MatchObserver = () => {}): Matcher {
  return new FilterMatcher(filter, observer);
}

/** A failregex that matched in `text`, what F-CONTENT left of the buffer. */
interface Found {
  readonly rule: Rule;
  readonly match: RegexMatch;
  readonly text: string;
  /** The match of prefregex. */
  readonly outer: RegexMatch | undefined;
}

class FilterMatcher implements Matcher {
  readonly name: string;
  readonly journalmatch: Filter['journalmatch'];
  readonly #filter: Filter;
  readonly #candidates: Candidates;
  readonly #observer: MatchObserver;
  readonly #isBuffered: boolean;
  readonly #ignoresFirst: boolean;
  /** F-CONTENT is all of the text behind where it begins. */
  readonly #contentIsRest: boolean;
  readonly #sessions = new Sessions();
  readonly #fieldNames: readonly (string | undefined)[];
  /** Lines of a filter with maxlines that no match used up. */
  #kept: readonly Line[] = [];
  /** The regex being tried, to name it when it takes too long. */
  #trying: Rule | undefined;

  constructor(filter: Filter, observer: MatchObserver) {
    this.name = filter.name;
    this.journalmatch = filter.journalmatch;
    this.#filter = filter;
    this.#observer = observer;
    this.#fieldNames = fieldNames(filter.groups);
    this.#isBuffered = filter.maxlines > 1;
    this.#candidates = new Candidates(filter.failregex, this.#isBuffered);
    const { content } = filter.prefregex?.layout ?? {};
    this.#contentIsRest = content !== undefined && endsWithGroup(filter.prefregex?.regex.pattern ?? '', content);
    this.#ignoresFirst = filter.ignoreregex.length > 0 && filter.ignoreregex.length < filter.failregex.length - 2;
  }

  match(line: Line): Verdict {
    try {
      return this.#isBuffered ? this.#matchBuffer(line) : this.#matchLine(line);
    } catch (error) {
      if (!(error instanceof TooManySteps)) throw error;
      return { outcome: 'slow', regex: this.#trying?.written ?? '' };
    }
  }

  #matchLine(line: Line): Verdict {
    const text = line.terminated ?? `${line.text}\n`;
    const wide = isWide(text);
    if (this.#ignoresFirst && this.#isIgnored(text, wide)) return ignored;
    const found = this.#find(text, wide);
    if (found === undefined) return none;
    this.#observer(found.rule);
    if (this.#isIgnored(found.text, wide)) return ignored;
    return this.#conclude(this.#captures(found), [line.cursor], line, text.length);
  }

  #matchBuffer(line: Line): Verdict {
    const buffer = appendLine(this.#kept, line, this.#filter.maxlines);
    this.#kept = buffer.lines;
    const wide = isWide(buffer.text);
    if (this.#ignoresFirst && this.#isIgnored(buffer.text, wide)) return ignored;
    const found = this.#find(buffer.text, wide);
    if (found === undefined) return none;
    this.#observer(found.rule);
    const captures = this.#captures(found);
    const matched = this.#takeMatched({ lines: buffer.lines, text: found.text }, found.match, captures);
    if (this.#isIgnored(bufferOf(matched).text, wide)) return ignored;
    const evidence = matched.map(({ cursor }) => cursor);
    return this.#conclude(captures, evidence, line, line.text.length);
  }

  #captures({ rule, match, outer }: Found): OwnCaptures {
    const { prefregex } = this.#filter;
    const base = prefregex && outer && readCaptures(prefregex.layout, outer);
    return readCaptures(rule.layout, match, base);
  }

  /** The first failregex that matches. */
  #find(text: string, wide: boolean): Found | undefined {
    const { prefregex } = this.#filter;
    if (prefregex === undefined) return this.#findIn(text, wide, undefined);
    this.#trying = prefregex;
    const match = prefregex.regex.exec(text, wide);
    if (match === undefined) return undefined;
    const content = readContent(prefregex.layout, match);
    return this.#findIn(content ? this.#withNewline(content, text) : text, wide, match);
  }

  /** What is known to be the end of the text before its newline is cut out with it, which copies nothing. */
  #withNewline(content: string, text: string): string {
    const isRest = this.#contentIsRest && content.charCodeAt(content.length - 1) !== NEWLINE;
    return isRest ? text.slice(-content.length - 1) : `${content}\n`;
  }

  #findIn(text: string, wide: boolean, outer: RegexMatch | undefined): Found | undefined {
    for (const rule of this.#candidates.of(text)) {
      this.#trying = rule;
      const match = rule.regex.exec(text, wide);
      if (match !== undefined) return { rule, match, text, outer };
    }
    return undefined;
  }

  #isIgnored(text: string, wide: boolean): boolean {
    for (const rule of this.#filter.ignoreregex) {
      this.#trying = rule;
      if (!rule.regex.test(text, wide)) continue;
      this.#observer(rule);
      return true;
    }
    return false;
  }

  #takeMatched(buffer: LineBuffer, { start, end }: RegexMatch, captures: Captures): readonly Line[] {
    const { matched, unmatched } = splitByMatch(buffer, start, end, skippedText(this.#filter.groups, captures));
    this.#kept = unmatched;
    return matched;
  }

  #conclude(captures: OwnCaptures, evidence: readonly string[], line: Line, length: number): Verdict {
    const id = captureText(captures[place.mlfid]);
    if (id === undefined) {
      const isFailure = !captures[place.nofail] && !captures[place.mlfgained];
      return isFailure ? this.#failure(captures, noUsers, evidence, line) : none;
    }
    const { session, meaning } = this.#sessions.merge(id, { captures, evidence, at: line.at, length });
    if (meaning === 'harmless') return none;
    if (meaning === 'gained') return gained(session);
    const verdict = this.#failure(session.captures, session.users, session.evidence, line);
    if (verdict === none) session.isPending = true;
    return verdict;
  }

  #failure(captures: Captures, users: readonly string[], evidence: readonly string[], line: Line): Verdict {
    const identity = identify(captures);
    if (identity === undefined) return none;
    const { id, address, ip } = identity;
    const fields = fieldsOf(this.#fieldNames, captures, users, ip);
    const hit: Hit = { id, address, at: line.at, evidence, fields };
    return { outcome: 'failure', hits: [hit] };
  }
}

function skippedText(groups: readonly string[], captures: Captures): string {
  return captures
    .map((capture, at) => (groups[at]?.startsWith('skiplines') ? (captureText(capture) ?? '') : ''))
    .join('');
}

function gained({ captures }: Session): Verdict {
  return { outcome: 'gained', address: identify(captures)?.address, user: captureText(captures[place.user]) };
}
