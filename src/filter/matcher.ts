/**
 * Tells for each line whether it is a failure and whose, in the order fail2ban's filter does: ignoreregex first when
 * there are few of them, prefregex, the failregexes one after another until one matches, ignoreregex again, sessions.
 * Pure: the same lines in the same order give the same verdicts.
 */
import { type Budget, noLimit } from './budget.js';
import { Candidates } from './candidates.js';
import { type Captures, captureText, type OwnCaptures, place, readCaptures, readContent } from './captures.js';
import type { Evidence } from './evidence.js';
import type { Line, Matcher, Verdict } from './filter.js';
import { Charge, fieldNames, identify, namesSomebody } from './identity.js';
import { appendLine, bufferOf, type LineBuffer, splitByMatch } from './line-buffer.js';
import type { Filter } from './load-filter.js';
import { Patience, type SlowTelling } from './patience.js';
import { isWide, type RegexMatch, TooManySteps } from './regex/translate.js';
import type { Rule } from './rule.js';
import { type Session, Sessions } from './sessions.js';
import { endsWithGroup } from './trailing.js';

const none: Verdict = { outcome: 'none' };
const ignored: Verdict = { outcome: 'ignored' };
const NEWLINE = 10;
const noUsers: readonly string[] = [];

/** Told of each failregex and ignoreregex that matched and the line it did, for statistics. */
export type MatchObserver = (rule: Rule, line: Line) => void;

export interface MatcherOptions {
  readonly observer?: MatchObserver;
  /** Without it no line is ever given up. */
  readonly budget?: Budget;
}

export function createMatcher(filter: Filter, options: MatcherOptions = {}): Matcher {
  return new FilterMatcher(filter, options);
}

/** A failregex that matched in `text`, what F-CONTENT left of the buffer. */
interface Found {
  readonly kind: 'found';
  readonly rule: Rule;
  readonly match: RegexMatch;
  readonly text: string;
  /** The match of prefregex. */
  readonly outer: RegexMatch | undefined;
}
/** An ignoreregex matched, at first or after a failregex. */
interface Ignored {
  readonly kind: 'ignored';
  readonly by: Rule;
}
/** The regexes took too long. */
interface GivenUp {
  readonly kind: 'slow';
  readonly regex: string;
  readonly telling: SlowTelling;
}
/** What the regexes find in a text; undefined when none matches. No state is touched by finding it. */
type Search = Found | Ignored | GivenUp | undefined;

class FilterMatcher implements Matcher {
  readonly name: string;
  readonly journalmatch: Filter['journalmatch'];
  readonly #filter: Filter;
  readonly #candidates: Candidates;
  readonly #observer: MatchObserver;
  readonly #budget: Budget;
  readonly #isBuffered: boolean;
  readonly #ignoresFirst: boolean;
  /** F-CONTENT is all of the text behind where it begins. */
  readonly #contentIsRest: boolean;
  readonly #patience = new Patience();
  readonly #sessions = new Sessions();
  readonly #fieldNames: readonly (string | undefined)[];
  /** Lines of a filter with maxlines that no match used up. */
  #kept: readonly Line[] = [];
  #isWideReady = false;
  #isCompiled = false;
  /** The regex being tried, to name it when it takes too long. */
  #trying: Rule | undefined;

  constructor(filter: Filter, { observer = () => {}, budget = noLimit }: MatcherOptions) {
    this.name = filter.name;
    this.journalmatch = filter.journalmatch;
    this.#filter = filter;
    this.#observer = observer;
    this.#budget = budget;
    this.#fieldNames = fieldNames(filter.groups);
    this.#isBuffered = filter.maxlines > 1;
    this.#candidates = new Candidates(filter.failregex, this.#isBuffered);
    const { regex, layout } = filter.prefregex ?? {};
    this.#contentIsRest =
      layout?.content !== undefined && regex !== undefined && endsWithGroup(regex.root, layout.content);
    this.#ignoresFirst = filter.ignoreregex.length > 0 && filter.ignoreregex.length < filter.failregex.length - 2;
  }

  get slowRegexes(): readonly string[] {
    return this.#patience.exhausted;
  }

  match(line: Line): Verdict {
    return this.matchAll([line])[0] ?? none;
  }

  matchAll(lines: readonly Line[]): readonly Verdict[] {
    this.#prepare(lines);
    if (this.#isBuffered) return lines.map((line) => this.#matchBuffered(line));
    const searches = this.#searchAll(lines, (line) => this.#search(line.terminated ?? `${line.text}\n`, line.isAscii));
    return lines.map((line, index) => this.#concludeLine(searches[index], line));
  }

  /** V8 takes its time to compile for texts beyond Latin-1; the first line that has one must not pay for it. */
  #prepare(lines: readonly Line[]): void {
    if (this.#isWideReady || !lines.some(isWideLine)) return;
    const { prefregex, failregex, ignoreregex } = this.#filter;
    for (const { regex } of [...failregex, ...ignoreregex]) regex.compileWide();
    prefregex?.regex.compileWide();
    this.#isWideReady = true;
  }

  #searchAll<Item>(items: readonly Item[], search: (item: Item) => Search): readonly Search[] {
    return this.#budget.each(items, search, (item) => (this.#isCompiled ? this.#giveUp() : this.#again(item, search)));
  }

  /** A regex is translated when it is first run; the line that it is run on must not pay for it either. */
  #again<Item>(item: Item, search: (item: Item) => Search): Search {
    const { prefregex, failregex, ignoreregex } = this.#filter;
    for (const { regex } of [...failregex, ...ignoreregex]) regex.compile();
    prefregex?.regex.compile();
    this.#isCompiled = true;
    return this.#searchAll([item], search)[0];
  }

  #giveUp(): GivenUp {
    const rule = this.#trying;
    return { kind: 'slow', regex: rule?.written ?? '', telling: rule ? this.#patience.overran(rule) : 'told' };
  }

  #concludeLine(search: Search, line: Line): Verdict {
    if (search === undefined) return none;
    if (search.kind !== 'found') return this.#passOver(search, line);
    this.#observer(search.rule, line);
    const length = line.terminated?.length ?? line.text.length;
    return this.#conclude(this.#captures(search), line.cursor, line, length);
  }

  #passOver(search: Ignored | GivenUp, line: Line): Verdict {
    if (search.kind === 'slow') return { outcome: 'slow', regex: search.regex, telling: search.telling };
    this.#observer(search.by, line);
    return ignored;
  }

  #matchBuffered(line: Line): Verdict {
    const buffer = appendLine(this.#kept, line, this.#filter.maxlines);
    this.#kept = buffer.lines;
    const [search] = this.#searchAll([buffer.text], (text) => this.#search(text));
    if (search === undefined) return none;
    if (search.kind !== 'found') {
      // The same lines would stall the next search as well.
      if (search.kind === 'slow') this.#kept = [];
      return this.#passOver(search, line);
    }
    this.#observer(search.rule, line);
    const captures = this.#captures(search);
    const matched = this.#takeMatched({ lines: buffer.lines, text: search.text }, search.match, captures);
    const [ignoring] = this.#searchAll([bufferOf(matched).text], (text) => this.#searchIgnored(text));
    if (ignoring !== undefined && ignoring.kind !== 'found') return this.#passOver(ignoring, line);
    const evidence = matched.map(({ cursor }) => cursor);
    return this.#conclude(captures, evidence, line, line.text.length);
  }

  /** Runs the regexes; the one thing that takes time, and may be broken off. */
  #search(text: string, isAscii = false): Search {
    try {
      const wide = !isAscii && isWide(text);
      const by = this.#ignoresFirst ? this.#ignoring(text, wide) : undefined;
      return by === undefined ? this.#find(text, wide) : { kind: 'ignored', by };
    } catch (error) {
      return this.#gaveUp(error);
    }
  }

  #searchIgnored(text: string): Search {
    try {
      const by = this.#ignoring(text, isWide(text));
      return by && { kind: 'ignored', by };
    } catch (error) {
      return this.#gaveUp(error);
    }
  }

  #gaveUp(error: unknown): GivenUp {
    if (!(error instanceof TooManySteps)) throw error;
    return this.#giveUp();
  }

  #captures({ rule, match, outer }: Found): OwnCaptures {
    const { prefregex } = this.#filter;
    return readCaptures(rule.layout, match, prefregex?.layout, outer);
  }

  #find(text: string, wide: boolean): Search {
    const { prefregex } = this.#filter;
    if (prefregex === undefined) return this.#findIn(text, wide, undefined);
    this.#trying = prefregex;
    const match = this.#patience.regexOf(prefregex).exec(text, wide);
    if (match === undefined) return undefined;
    const content = readContent(prefregex.layout, match);
    return this.#findIn(content ? this.#withNewline(content, text) : text, wide, match);
  }

  /** What is known to be the end of the text before its newline is cut out with it, which copies nothing. */
  #withNewline(content: string, text: string): string {
    const isRest = this.#contentIsRest && content.charCodeAt(content.length - 1) !== NEWLINE;
    return isRest ? text.slice(-content.length - 1) : `${content}\n`;
  }

  /** The first failregex that matches, unless it is to be ignored. */
  #findIn(text: string, wide: boolean, outer: RegexMatch | undefined): Search {
    for (const rule of this.#candidates.of(text)) {
      this.#trying = rule;
      const match = this.#patience.regexOf(rule).exec(text, wide);
      if (match === undefined) continue;
      const by = this.#isBuffered ? undefined : this.#ignoring(text, wide);
      return by === undefined ? { kind: 'found', rule, match, text, outer } : { kind: 'ignored', by };
    }
    return undefined;
  }

  #ignoring(text: string, wide: boolean): Rule | undefined {
    for (const rule of this.#filter.ignoreregex) {
      this.#trying = rule;
      if (this.#patience.regexOf(rule).test(text, wide)) return rule;
    }
    return undefined;
  }

  #takeMatched(buffer: LineBuffer, { start, end }: RegexMatch, captures: Captures): readonly Line[] {
    const { matched, unmatched } = splitByMatch(buffer, start, end, skippedText(this.#filter.groups, captures));
    this.#kept = unmatched;
    return matched;
  }

  #conclude(captures: OwnCaptures, evidence: Evidence, line: Line, length: number): Verdict {
    const id = captureText(captures[place.mlfid]);
    if (id === undefined) {
      const isFailure = !captures[place.nofail] && !captures[place.mlfgained];
      return isFailure ? this.#failure(captures, noUsers, evidence, line) : none;
    }
    const session = this.#sessions.merge(id, { captures, evidence, at: line.isUndated ? 0 : line.at, length });
    if (session.meaning === 'harmless') return none;
    if (session.meaning === 'gained') return gained(session);
    const verdict = this.#failure(session.captures, session.users, session.evidence, line);
    if (verdict === none) session.isPending = true;
    return verdict;
  }

  #failure(captures: Captures, users: readonly string[], evidence: Evidence, line: Line): Verdict {
    if (!namesSomebody(captures)) return none;
    return { outcome: 'failure', hits: [new Charge(captures, this.#fieldNames, users, { at: line.at, evidence })] };
  }
}

function isWideLine(line: Line): boolean {
  return line.isAscii !== true && isWide(line.terminated ?? line.text);
}

function skippedText(groups: readonly string[], captures: Captures): string {
  return captures
    .map((capture, at) => (groups[at]?.startsWith('skiplines') ? (captureText(capture) ?? '') : ''))
    .join('');
}

function gained({ captures }: Session): Verdict {
  return { outcome: 'gained', address: identify(captures)?.address, user: captureText(captures[place.user]) };
}
