/** Readers of single values. Each says what it permits when a value is refused, so that one message is enough. */
import { booleanWord } from '../../core/boolean-word.js';
import { hasBackwardRange } from '../../core/glob.js';
import { FOREVER } from '../../core/time.js';
import type { FilterSpec } from '../../filter/filter.js';
import { parseFilterSpec } from '../../filter/filter-spec.js';
import { formatDuration, parseDuration } from '../../text/duration.js';
import { splitWords } from '../files/words.js';
import { quoted } from './quoted.js';
import { type Reading, right, wrong } from './reading.js';

/** Text of one value (never empty, unless wrapped by `optional`) → the value. */
export type Reader<T> = (text: string) => Reading<T>;

/** Limits, both permitted themselves, and why less than `min` makes no sense. */
export interface Range {
  readonly min: number;
  readonly max: number;
  readonly tooLow?: string;
}

function within(value: number, text: string, range: Range, show: (value: number) => string): Reading<number> {
  if (value >= range.min && value <= range.max) return right(value);
  const reason = value < range.min && range.tooLow !== undefined ? `, ${range.tooLow}` : '';
  return wrong(`${quoted(text)} is outside ${show(range.min)} to ${show(range.max)}${reason}`);
}

export const boolean: Reader<boolean> = (text) => {
  const value = booleanWord(text);
  return value === undefined ? wrong(`${quoted(text)} is neither yes nor no`) : right(value);
};

export function integer(range: Range): Reader<number> {
  return (text) =>
    /^[+-]?\d{1,15}$/.test(text)
      ? within(Number(text), text, range, String)
      : wrong(`${quoted(text)} is not a whole number from ${range.min} to ${range.max}`);
}

export function decimal(range: Range): Reader<number> {
  return (text) =>
    /^[+-]?(?:\d{1,15}(?:\.\d{0,15})?|\.\d{1,15})$/.test(text)
      ? within(Number(text), text, range, String)
      : wrong(`${quoted(text)} is not a number from ${range.min} to ${range.max}`);
}

/** A time span in µs; FOREVER as `max` permits `infinity`. */
export function duration(range: Range): Reader<number> {
  return (text) => {
    const value = parseDuration(text);
    if (value !== undefined) return within(value, text, range, formatDuration);
    if (/\dmo\b/.test(text)) return wrong(`${quoted(text)} is not a time span`, 'a month is 1month or 1M');
    const forever = range.max === FOREVER ? ' or infinity' : '';
    return wrong(`${quoted(text)} is not a time span`, `write 90s, 10min, 1h 30min${forever}; see systemd.time(7)`);
  };
}

export function choice<T extends string>(...choices: readonly T[]): Reader<T> {
  return (text) => {
    const chosen = choices.find((candidate) => candidate === text);
    return chosen === undefined ? wrong(`${quoted(text)} is not one of ${choices.join(', ')}`) : right(chosen);
  };
}

/** No value at all is permitted, and is the default. */
export function optional<T>(reader: Reader<T>): Reader<T | undefined> {
  return (text) => (text === '' ? right(undefined) : reader(text));
}

export const anyText: Reader<string> = (text) => right(text);

/** An absolute path without `..`. */
export const absolutePath: Reader<string> = (text) =>
  text.startsWith('/') && !text.split('/').includes('..')
    ? right(text.replace(/(?<=.)\/+$/, ''))
    : wrong(`${quoted(text)} is not an absolute path`, 'write the whole path, from / on');

/** An absolute path that may have globs. */
export const filePattern: Reader<string> = (text) => {
  const path = absolutePath(text);
  if (!path.ok) return path;
  if (/\p{Cc}/u.test(text)) return wrong(`${quoted(text)} holds control characters`, 'such a file cannot be followed');
  if (!hasBackwardRange(text)) return path;
  return wrong(`${quoted(text)} has a range that ends before it starts`, 'write its lower end first, such as [0-9]');
};

/** A program by its absolute path, and its arguments; no shell reads it. */
export const command: Reader<readonly string[]> = (text) => {
  const words = splitWords(text);
  if (!words.ok) return words;
  const program = absolutePath(words.value[0] ?? '');
  return program.ok ? words : program;
};

/** A URI as in systemd.unit(5) `Documentation=`. */
export const documentationUri: Reader<string> = (text) =>
  /^(?:https?:\/\/|file:\/|info:|man:)\S+$/.test(text)
    ? right(text)
    : wrong(`${quoted(text)} is not a reference`, 'write man:sshd(8), https://…, file:/… or info:…');

/** A filter and its options; whether it exists is for the filter library to say. */
export const filterSpec: Reader<FilterSpec> = (text) => {
  const { value, problems } = parseFilterSpec(text);
  if (value !== undefined && /^\S+$/.test(value.name)) return right(value);
  return wrong(`${quoted(text)} does not name a filter`, problems[0]?.hint ?? 'write NAME or NAME[option=value]');
};
