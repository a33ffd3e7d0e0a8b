/**
 * Tells for each line whether it is a failure and whose, in the order fail2ban's filter does: ignoreregex first when
 * there are few of them, prefregex, the failregexes one after another until one matches, ignoreregex again, sessions.
 * Pure: the same lines in the same order give the same verdicts.
 */
import { type Budget, noLimit } from '../budget.js';
import type { Begun, Line, Matcher, OpenSearch, Verdict } from '../filter.js';
import { compileRegexes, type Filter } from '../load-filter.js';
import { type OpensLike, openingsOf } from '../openings.js';
import { type Form, isWide } from '../regex/translate.js';
import type { Rule } from '../rule.js';
import { type Captures, canCapture, captureText, type OwnCaptures, place } from './captures.js';
import type { Evidence } from './evidence.js';
import { Charge, fieldNames, identify, namesSomebody } from './identity.js';
import { appendLine, bufferOf, splitByMatch } from './line-buffer.js';
import { matchTogether } from './match-together.js';
import { type Completeness, LineEnds } from './message-limit.js';
import { type Cut, type Finding, type GivenUp, type Ignored, Search, type Unsure, unsure } from './search.js';
import { type Session, Sessions } from './sessions.js';
import { findSteady } from './steady.js';
import { Unanswered } from './unanswered.js';

const none: Verdict = { outcome: 'none' };
const known: Verdict = { outcome: 'none', isKnown: true };
const cutOff: Verdict = { outcome: 'none', isCut: true };
const ignored: Verdict = { outcome: 'ignored' };
const noUsers: readonly string[] = [];

/** Where a quick search is unsure of more than one line in this many, it is left out for a while. */
const SELDOM = 8;

/** Told of each failregex and ignoreregex that matches a line, for statistics. */
export type MatchObserver = (rule: Rule) => void;

export interface MatcherOptions {
  readonly observer?: MatchObserver;
  /** Without it no line is ever given up. */
  readonly budget?: Budget;
}

export function createMatcher(filter: Filter, options: MatcherOptions = {}): Matcher {
  return new FilterMatcher(filter, options);
}

class FilterMatcher implements Matcher {
  readonly name: string;
  readonly journalmatch: Filter['journalmatch'];
  readonly tellsUser: boolean;
  readonly #filter: Filter;
  readonly #search: Search;
  readonly #observer: MatchObserver;
  readonly #budget: Budget;
  readonly #isBuffered: boolean;
  readonly #hasSessions: boolean;
  readonly #ends: LineEnds;
  #sessions = new Sessions();
  /** Undefined where no line tells of an attempt alone. */
  #unanswered: Unanswered | undefined;
  readonly #fieldNames: readonly (string | undefined)[];
  /** Lines of a filter with maxlines that no match used up. */
  #kept: readonly Line[] = [];
  #isWideReady = false;
  #isCompiled = false;
  /** Worked out when it is asked for. */
  #opensLike: OpensLike | undefined;
  /** Lines searched, and those of them that a quick search was unsure of. */
  #seen = 0;
  #unsure = 0;

  constructor(filter: Filter, { observer = () => {}, budget = noLimit }: MatcherOptions) {
    this.name = filter.name;
    this.journalmatch = filter.journalmatch;
    this.tellsUser = captures(filter, 'user');
    this.#unanswered = captures(filter, 'tried') ? new Unanswered() : undefined;
    this.#filter = filter;
    this.#search = new Search(filter);
    this.#ends = new LineEnds(filter);
    this.#observer = observer;
    this.#budget = budget;
    this.#fieldNames = fieldNames(filter.groups);
    this.#isBuffered = filter.maxlines > 1;
    this.#hasSessions = captures(filter, 'mlfid') || captures(filter, 'tried');
  }

  get slowRegexes(): readonly string[] {
    return this.#search.slowRegexes;
  }

  match(line: Line): Verdict {
    return this.matchAll([line])[0] ?? none;
  }

  mayBeFor({ text }: Line, hasHead: boolean): boolean {
    const opensLike = this.#opensLike ?? openingsOf(this.#filter) ?? (() => true);
    this.#opensLike = opensLike;
    try {
      const [mayBe = true] = this.#budget.each(
        [text],
        (one) => opensLike(one, hasHead),
        () => true,
      );
      return mayBe;
    } catch {
      return true;
    }
  }

  mayMatch({ text, messageEnd }: Line): boolean {
    const isKept = this.#isBuffered || messageEnd?.isBroken === true || this.#ends.hasBroken;
    return isKept || this.#filter.prefilter.mayMatch(text);
  }

  get remembers(): boolean {
    return this.#isBuffered || this.#hasSessions || this.#ends.hasBroken;
  }

  matchAll(lines: readonly Line[]): readonly Verdict[] {
    return matchTogether([{ matcher: this, lines }])[0] ?? [];
  }

  begin(lines: readonly Line[]): Begun {
    this.#prepare(lines);
    const budget = this.#budget;
    if (this.#isBuffered) {
      return { budget, open: [], conclude: () => lines.map((line) => this.#concludeBuffered(line)) };
    }
    const ends = this.#endsOf(lines);
    const found: Finding[] = [];
    const open: OpenSearch[] = [];
    const quick = this.#findQuickly(lines, ends);
    lines.forEach((line, index) => {
      const finding = quick[index];
      if (finding?.kind !== 'unsure') found[index] = finding;
      else open.push(this.#openSearch(line, ends.get(line) ?? 'whole', found, index));
    });
    return { budget, open, conclude: () => lines.map((line, index) => this.#concludeLine(found[index], line)) };
  }

  reset(): void {
    this.#sessions = new Sessions();
    if (this.#unanswered !== undefined) this.#unanswered = new Unanswered();
    this.#kept = [];
    this.#ends.reset();
  }

  /** V8 takes its time to compile for texts beyond Latin-1; the first line that has one must not pay for it. */
  #prepare(lines: readonly Line[]): void {
    if (this.#isWideReady || !lines.some(isWideLine)) return;
    this.#compile('wide');
    this.#isWideReady = true;
  }

  /** A regex that cannot be compiled fails again where it is run, and the line is given up there. */
  #compile(form: Form): void {
    try {
      compileRegexes(this.#filter, form);
    } catch {}
  }

  /** Most lines need no watch, and starting one takes longer than a hundred of them. */
  #findQuickly(lines: readonly Line[], ends: ReadonlyMap<Line, Completeness>): readonly (Finding | Unsure)[] {
    const search = this.#search;
    this.#seen += lines.length;
    if (this.#unsure * SELDOM > this.#seen || !this.#budget.trustsLinear) return lines.map(() => unsure);
    return lines.map((line) => {
      const finding = ends.has(line) ? unsure : search.find(terminated(line), line.isAscii, true);
      if (finding?.kind === 'unsure') this.#unsure += 1;
      return finding;
    });
  }

  /** Where that cannot be told, no line is whole. */
  #endsOf(lines: readonly Line[]): ReadonlyMap<Line, Completeness> {
    try {
      return this.#ends.ofAll(lines);
    } catch {
      return new Map(lines.map((line) => [line, 'cut']));
    }
  }

  /** What is found is put into `found`; the last time counts. */
  #openSearch(line: Line, end: Completeness, found: Finding[], index: number): OpenSearch {
    const find = (one: Line) => findIn(this.#search, one, end);
    return {
      line,
      search: (one) => {
        found[index] = find(one);
      },
      exceeded: () => {
        found[index] = this.#exceeded(line, find);
      },
    };
  }

  /** Searches within the budget. */
  #within(text: string, find: (text: string) => Finding): Finding {
    return this.#budget.each([text], find, () => this.#exceeded(text, find))[0];
  }

  /** A regex is translated when it is first run; the line that it is run on must not pay for it. */
  #exceeded<Item>(item: Item, find: (item: Item) => Finding): Finding {
    if (this.#isCompiled) return this.#search.giveUp();
    this.#compile('narrow');
    this.#isCompiled = true;
    return this.#budget.each([item], find, () => this.#search.giveUp())[0];
  }

  #concludeLine(finding: Finding, line: Line): Verdict {
    if (finding === undefined) return none;
    if (finding.kind !== 'found') return this.#passOver(finding);
    const length = line.terminated?.length ?? line.text.length;
    try {
      this.#observer(finding.rule);
      return this.#conclude(finding.captures, line.cursor, line, length);
    } catch {
      return this.#passOver(this.#search.giveUp(finding.rule));
    }
  }

  #passOver(finding: Ignored | GivenUp | Cut): Verdict {
    if (finding.kind === 'cut') return cutOff;
    if (finding.kind === 'slow') return { outcome: 'slow', regex: finding.regex, notice: finding.notice };
    this.#observer(finding.by);
    return ignored;
  }

  #concludeBuffered(line: Line): Verdict {
    try {
      return this.#matchBuffered(line);
    } catch {
      // The same lines would throw with the next one as well.
      this.#kept = [];
      return this.#passOver(this.#search.giveUp());
    }
  }

  /** Of several lines as one, no one could say where what is missing would stand. */
  #matchBuffered(line: Line): Verdict {
    const end = this.#ends.of(line);
    if (end !== 'whole') return end === 'cut' ? cutOff : none;
    const { lines, text } = appendLine(this.#kept, line, this.#filter.maxlines);
    this.#kept = lines;
    const finding = this.#within(text, (one) => this.#search.find(one));
    if (finding === undefined) return none;
    if (finding.kind !== 'found') {
      // The same lines would stall the next search as well.
      if (finding.kind === 'slow') this.#kept = [];
      return this.#passOver(finding);
    }
    this.#observer(finding.rule);
    const { captures, span } = finding;
    const { matched, unmatched } = splitByMatch(lines, span, skippedText(this.#filter.groups, captures));
    this.#kept = unmatched;
    const own = bufferOf(matched).text;
    const ignoring = this.#within(own, (one) => this.#search.findIgnoring(one));
    if (ignoring !== undefined && ignoring.kind !== 'found') return this.#passOver(ignoring);
    const evidence = matched.map(({ cursor }) => cursor);
    return this.#conclude(captures, evidence, line, line.text.length);
  }

  #conclude(captures: OwnCaptures, evidence: Evidence, line: Line, length: number): Verdict {
    const unanswered = line.isUndated ? undefined : this.#unanswered;
    if (unanswered === undefined) return this.#judge(captures, evidence, line, length);
    const isTried = Boolean(captures[place.tried]);
    const mayBeOfOthers = Boolean(captures[place.answer]);
    const isHarmless = Boolean(captures[place.nofail]);
    const session = captureText(captures[place.mlfid]);
    const verdict = this.#judge(captures, evidence, line, length);
    if (isTried && verdict.outcome !== 'failure') unanswered.add({ captures, evidence, at: line.at, session });
    if (verdict.outcome === 'gained') {
      unanswered.answerAll(captures);
      return verdict;
    }
    if (!isHarmless) unanswered.answerOne(captures, session, mayBeOfOthers);
    const hits = unanswered.overdue(line.at).map((one) => this.#charge(one.captures, noUsers, one.evidence, line));
    if (hits.length === 0) return verdict;
    return { outcome: 'failure', hits: [...(verdict.outcome === 'failure' ? verdict.hits : []), ...hits] };
  }

  #judge(captures: OwnCaptures, evidence: Evidence, line: Line, length: number): Verdict {
    const id = captureText(captures[place.mlfid]);
    if (id === undefined) {
      const isFailure = !captures[place.nofail] && !captures[place.mlfgained];
      return isFailure ? this.#failure(captures, noUsers, evidence, line) : known;
    }
    const session = this.#sessions.merge(id, { captures, evidence, at: line.isUndated ? 0 : line.at, length });
    if (session.meaning === 'harmless') return known;
    if (session.meaning === 'gained') return gained(session);
    const verdict = this.#failure(session.captures, session.users, session.evidence, line);
    if (verdict === known) session.isPending = true;
    // What was told is spent, and tens of thousands of sessions may stay open after their failure.
    else session.evidence = undefined;
    return verdict;
  }

  #failure(captures: Captures, users: readonly string[], evidence: Evidence, line: Line): Verdict {
    if (!namesSomebody(captures)) return known;
    return { outcome: 'failure', hits: [this.#charge(captures, users, evidence, line)] };
  }

  #charge(captures: Captures, users: readonly string[], evidence: Evidence, { at }: Line): Charge {
    return new Charge(captures, this.#fieldNames, users, { at, evidence });
  }
}

/** Whether a regex of the filter's can capture that. */
function captures({ prefregex, failregex }: Filter, name: 'user' | 'tried' | 'mlfid'): boolean {
  return [prefregex, ...failregex].some((rule) => canCapture(rule?.regex.groups ?? [], name));
}

function findIn(search: Search, line: Line, end: Completeness): Finding {
  try {
    switch (end) {
      case 'whole':
        return search.find(terminated(line), line.isAscii);
      case 'cut':
        return findSteady((text) => search.find(text), terminated(line));
      case 'rest':
        return undefined;
    }
  } catch {
    return search.giveUp();
  }
}

function terminated(line: Line): string {
  return line.terminated ?? `${line.text}\n`;
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
