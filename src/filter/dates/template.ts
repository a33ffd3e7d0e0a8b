/**
 * One way of writing a date: a regex that finds it in a line and how to read what was found. Group 1 is the text that
 * is cut out of the line. A template stands at word boundaries unless it says otherwise: `{^LN-BEG}` and `^` tie it
 * to the line's beginning, `{UNB}` and `**` free it.
 */
import { type RegexMatch, type Translation, translateRegex } from '../regex/translate.js';
import { assembleDate, type DateContext } from './assemble.js';
import { decimal } from './decimal.js';
import { hasNames, writeFields } from './tokens.js';

export interface DateTemplate {
  /** Tells templates apart. */
  readonly name: string;
  /** The pattern it was made of, when it has one that another pattern may take in as {DATE}. */
  readonly pattern: string | undefined;
  /** Tied to the line's beginning or end. */
  readonly anchored: boolean;
  readonly atLineStart: boolean;
  /** Why its regex cannot be used; undefined when it can. */
  problem(): string | undefined;
  /** The first match that begins at `from` or later. */
  find(line: string, from: number): DateMatch | undefined;
  /** Seconds since the epoch; undefined when there is no such day. */
  read(match: RegexMatch, context: DateContext): number | undefined;
}

/** Where a template matched; `from` and `to` are the part that is cut out. */
export interface DateMatch {
  readonly match: RegexMatch;
  readonly start: number;
  readonly end: number;
  readonly from: number;
  readonly to: number;
}

export type MadeTemplate = { readonly template: DateTemplate } | { readonly problem: string };

type Begin = 'word' | 'line' | 'free';

/** The end of the year 9999; labels could go on for billions of years. */
const LAST_SECOND = 253_402_300_799;

const epoch = String.raw`(?P<epoch>\d{10,11}\b(?:\.\d{3,6})?)`;
const longEpoch = String.raw`(?P<epoch>\d{10,11}(?:\d{3}(?:\.\d{1,6}|\d{3})?)?)`;

/** A template of strptime fields. `year` is the current one. */
export function patternTemplate(pattern: string, year: number): MadeTemplate {
  const isFree = pattern.startsWith('{UNB}');
  const isFirst = pattern.startsWith('{^LN-BEG}');
  const bare = isFree || isFirst ? pattern.slice(pattern.indexOf('}') + 1) : pattern;
  const written = writeFields(bare, year);
  if ('problem' in written) return written;
  const regex = hasNames(bare) ? `(?iu)${written.regex}` : written.regex;
  const begin: Begin = isFree ? 'free' : isFirst ? 'line' : 'word';
  const read = (match: RegexMatch, context: DateContext) => assembleDate((name) => match.named(name), context);
  return make(pattern, pattern, bound(regex, begin, !isFree), read);
}

/** Seconds since 1970; `long` also in milli- and microseconds. `around` is a regex with {EPOCH} in it. */
export function epochTemplate(name: string, long: boolean, at: 'anywhere' | 'line', around?: string): MadeTemplate {
  const digits = long ? longEpoch : epoch;
  const read = (match: RegexMatch) => epochValue(match.named('epoch') ?? '', long);
  if (around !== undefined) {
    const regex = `(${around.replace(/(?<!\\)\{L?EPOCH\}/gi, () => digits)})`;
    return make(name, undefined, bound(regex, 'word', true), read);
  }
  const regex =
    at === 'line'
      ? String.raw`((?P<square>(?<=^\[))?${digits})(?(square)(?=\]))`
      : String.raw`((?:^|(?P<square>(?<=^\[))|(?P<selinux>(?<=\baudit\()))${digits})(?:(?(selinux)(?=:\d+\)))|(?(square)(?=\])))`;
  return make(name, undefined, bound(regex, at === 'line' ? 'line' : 'free', true), read);
}

/** daemontools' TAI64N labels: `@`, 64 bits of seconds with the top bits 01, 32 bits of nanoseconds, in hex. */
export function tai64nTemplate(name: string, at: 'anywhere' | 'line'): MadeTemplate {
  const read = (match: RegexMatch) => {
    const seconds = Number.parseInt((match.group(1) ?? '').slice(2, 17), 16);
    return seconds <= LAST_SECOND ? seconds : undefined;
  };
  return make(name, undefined, bound('@[0-9a-f]{24}', at === 'line' ? 'line' : 'free', true), read);
}

function epochValue(text: string, long: boolean): number {
  const value = decimal(text);
  if (!long || text.length < 13) return value;
  return text.length >= 16 && !text.includes('.') ? value / 1e6 : value / 1e3;
}

interface Bound {
  readonly regex: string;
  readonly atLineStart: boolean;
  readonly anchored: boolean;
  /** Group 1 was put around all that is not a boundary, so it ends where the match ends. */
  readonly isWhole: boolean;
}

/** A regex that says itself where it begins or ends; `**` says anywhere. */
const ownBegin = /^\(*(?:\^|\*\*|\(\?:\^)/;
const ownEnd = /(?<!\\)(?:\$\)?|\\b|\\s|\*\*\)*)$/;
const anywhere = /^(\(*)\*\*|(?<!\\)\*\*(\)*)$/g;
/** A group without a name. */
const capturing = /(?<!\(\?)(?<!\\)\((?!\?)/;
/** Tied to the line's beginning or end. */
const tiedBegin = /^(?:\^|\((?:\?:)?\^(?!\|))/;
const tiedEnd = /(?<![\\|])\$\)?$/;

/** Adds the boundaries and group 1, as fail2ban's datetemplate.py does. */
function bound(written: string, begin: Begin, hasEnd: boolean): Bound {
  const flags = /\(\?[a-z]+\)/.exec(written)?.[0] ?? '';
  let regex = written.trim().replace(flags, '');
  const bindsBegin = begin !== 'free' && !ownBegin.test(regex);
  const bindsEnd = hasEnd && !ownEnd.test(regex);
  regex = regex.replace(anywhere, '$1$2');
  const isWhole = !capturing.test(regex);
  if (isWhole) regex = regex.replace(/^(\^?)(.*?)(\$?)$/s, '$1($2)$3');
  else regex = markEnd(regex);
  if (bindsBegin && begin === 'line') {
    regex = String.raw`^(?:\W{0,2})?${regex}`;
  } else if (bindsBegin) {
    regex = String.raw`(?=^|\b|\W)${regex}`;
  }
  if (bindsEnd) regex = String.raw`${regex}(?=\b|\W|$)`;
  const atLineStart = tiedBegin.test(regex);
  return { regex: flags + regex, atLineStart, anchored: atLineStart || tiedEnd.test(regex), isWhole };
}

/** The name of the group that holds all text behind group 1, which tells where that ends. */
const restName = 'behind_group_1';

/** Puts that group at the end of the first capturing one, where it is looked at only once the group has matched. */
function markEnd(regex: string): string {
  const open: boolean[] = [];
  let inClass = false;
  for (let at = 0; at < regex.length; at += 1) {
    const char = regex[at];
    if (char === '\\') at += 1;
    else if (inClass) inClass = char !== ']';
    else if (char === '[') {
      inClass = true;
      // A bracket that comes first in a class is one of its characters.
      at += /^\^?\]/.exec(regex.slice(at + 1))?.[0].length ?? 0;
    } else if (char === '(') {
      open.push(!open.includes(true) && /^\((?:(?!\?)|\?P<\w+>)/.test(regex.slice(at)));
    } else if (char === ')' && open.pop()) {
      return `${regex.slice(0, at)}(?=(?P<${restName}>(?s:.*)))${regex.slice(at)}`;
    }
  }
  return regex;
}

function make(name: string, pattern: string | undefined, bounds: Bound, read: DateTemplate['read']): MadeTemplate {
  const { atLineStart, anchored } = bounds;
  // Compiled when first asked: most of the usual formats never are, and a short run should start quickly.
  let translation: Translation | undefined;
  const compiled = () => {
    translation ??= translateRegex(bounds.regex, { unnamedGroups: true });
    return translation;
  };
  const find = (line: string, from: number): DateMatch | undefined => {
    const match = line === '' ? undefined : compiled().value?.execFrom(line, from);
    return match === undefined ? undefined : locate(match, line, bounds.isWhole);
  };
  const problem = () => compiled().problems[0]?.message;
  return { template: { name, pattern, anchored, atLineStart, problem, find, read } };
}

function locate(match: RegexMatch, line: string, isWhole: boolean): DateMatch {
  const { start, end } = match;
  const to = isWhole ? end : line.length - (match.named(restName)?.length ?? 0);
  return { match, start, end, from: to - (match.group(1)?.length ?? 0), to };
}
