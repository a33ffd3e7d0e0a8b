/**
 * Tells for each line whether it is a failure and whose, in the order fail2ban's filter does: ignoreregex first when
 * there are few of them, prefregex, the failregexes one after another until one matches, ignoreregex again, sessions.
 * Pure: the same lines in the same order give the same verdicts.
 */
import { type Captures, captureText, readCaptures } from './captures.js';
import type { Hit, Line, Matcher, Verdict } from './filter.js';
import { fieldsOf, identify } from './identity.js';
import { appendLine, bufferOf, type LineBuffer, splitByMatch } from './line-buffer.js';
import type { Filter } from './load-filter.js';
import type { RegexMatch } from './regex/translate.js';
import type { Rule } from './rule.js';
import { type Session, Sessions } from './sessions.js';

const none: Verdict = { outcome: 'none' };
const ignored: Verdict = { outcome: 'ignored' };
const noUsers: ReadonlySet<string> = new Set();

/** Told of each failregex and ignoreregex that matched, for statistics. */
export type MatchObserver = (rule: Rule) => void;

export function createMatcher(filter: Filter, observer: MatchObserver = () => {}): Matcher {
  return new FilterMatcher(filter, observer);
}

class FilterMatcher implements Matcher {
  readonly name: string;
  readonly journalmatch: Filter['journalmatch'];
  readonly #filter: Filter;
  readonly #observer: MatchObserver;
  readonly #isBuffered: boolean;
  readonly #ignoresFirst: boolean;
  readonly #sessions = new Sessions();
  /** Lines of a filter with maxlines that no match used up. */
  #kept: readonly Line[] = [];

  constructor(filter: Filter, observer: MatchObserver) {
    this.#observer = observer;
    this.name = filter.name;
    this.journalmatch = filter.journalmatch;
    this.#filter = filter;
    this.#isBuffered = filter.maxlines > 1;
    this.#ignoresFirst = filter.ignoreregex.length > 0 && filter.ignoreregex.length < filter.failregex.length - 2;
  }

  match(line: Line): Verdict {
    const buffer = this.#bufferWith(line);
    if (this.#ignoresFirst && this.#isIgnored(buffer.text)) return ignored;
    const outer = preliminary(this.#filter, buffer.text);
    if (outer === undefined) return none;
    const content = captureText(outer.get('content'));
    outer.delete('content');
    const text = content ? `${content}\n` : buffer.text;
    for (const rule of this.#filter.failregex) {
      const found = rule.regex.exec(text);
      if (found !== undefined) return this.#judge(rule, found, { lines: buffer.lines, text }, outer, line);
    }
    return none;
  }

  #bufferWith(line: Line): LineBuffer {
    if (!this.#isBuffered) return bufferOf([line]);
    const buffer = appendLine(this.#kept, line, this.#filter.maxlines);
    this.#kept = buffer.lines;
    return buffer;
  }

  #isIgnored(text: string): boolean {
    const rule = this.#filter.ignoreregex.find(({ regex }) => regex.test(text));
    if (rule !== undefined) this.#observer(rule);
    return rule !== undefined;
  }

  #judge(rule: Rule, found: RegexMatch, buffer: LineBuffer, outer: Captures, line: Line): Verdict {
    this.#observer(rule);
    const inner = readCaptures(rule.layout, found);
    const { matched, unmatched } = splitByMatch(buffer, found.start, found.end, skippedText(inner));
    if (this.#isBuffered) this.#kept = unmatched;
    if (this.#isIgnored(this.#isBuffered ? bufferOf(matched).text : buffer.text)) return ignored;
    for (const [name, value] of inner) outer.set(name, value);
    const evidence = matched.map(({ cursor }) => cursor);
    const session = captureText(outer.get('mlfid'));
    return session === undefined ? conclude(outer, evidence, line) : this.#merge(session, outer, evidence, line);
  }

  #merge(id: string, captures: Captures, evidence: readonly string[], line: Line): Verdict {
    const { session, kind } = this.#sessions.merge(id, captures, evidence, line.at, line.text.length);
    if (kind === 'harmless') return none;
    if (kind === 'gained') return gained(session);
    const verdict = failure(session.captures, session.users, session.evidence, line);
    if (verdict === none) session.pending = true;
    return verdict;
  }
}

function conclude(captures: Captures, evidence: readonly string[], line: Line): Verdict {
  const isFailure = !captures.get('nofail') && !captures.get('mlfgained');
  return isFailure ? failure(captures, noUsers, evidence, line) : none;
}

/** What prefregex captured; nothing when there is none; undefined when it does not match. */
function preliminary({ prefregex }: Filter, text: string): Captures | undefined {
  if (prefregex === undefined) return new Map();
  const found = prefregex.regex.exec(text);
  return found === undefined ? undefined : readCaptures(prefregex.layout, found);
}

function skippedText(captures: Captures): string {
  let text = '';
  for (let number = 0; ; number += 1) {
    const part = captures.get(`skiplines${number}`);
    if (part === undefined) return text;
    text += captureText(part) ?? '';
  }
}

function failure(captures: Captures, users: ReadonlySet<string>, evidence: readonly string[], line: Line): Verdict {
  const identity = identify(captures);
  if (identity === undefined) return none;
  const { id, address, ip } = identity;
  const hit: Hit = { id, address, at: line.at, evidence, fields: fieldsOf(captures, users, ip) };
  return { outcome: 'failure', hits: [hit] };
}

function gained({ captures }: Session): Verdict {
  return { outcome: 'gained', address: identify(captures)?.address, user: captureText(captures.get('user')) };
}
