/** Text for people: safe to print on any terminal, bounded, one line. */
import { FOREVER, MICROS_PER_MILLISECOND, MICROS_PER_SECOND } from '../core/time.js';

/** The longest sentence written, in characters. */
const LONGEST = 2048;

/** C0, DEL, C1, line and paragraph separators, what turns the direction of writing, and unpaired surrogates. */
const UNPRINTABLE =
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** The text with everything that could steer a terminal or hide text written out as `\uXXXX`, and cut to a bearable length. */
export function printable(text: string): string {
  const cut = text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
  return cut.replaceAll(UNPRINTABLE, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** `one failure`, `5 failures`. */
export function counted(count: number, noun: string): string {
  return count === 1 ? `one ${noun}` : `${count} ${noun}s`;
}

const units: readonly (readonly [string, number])[] = [
  ['d', 86_400 * MICROS_PER_SECOND],
  ['h', 3_600 * MICROS_PER_SECOND],
  ['min', 60 * MICROS_PER_SECOND],
  ['s', MICROS_PER_SECOND],
  ['ms', MICROS_PER_MILLISECOND],
];

/** A duration in µs to its two largest units: `10min`, `1d 12h`, `35ms`. */
export function span(duration: number): string {
  const first = units.findIndex(([, unit]) => duration >= unit);
  if (first < 0) return '0ms';
  let rest = duration;
  const parts = units.slice(first, first + 2).map(([name, unit]) => {
    const count = Math.floor(rest / unit);
    rest -= count * unit;
    return count === 0 ? '' : `${count}${name}`;
  });
  return parts.filter((part) => part !== '').join(' ');
}

/** An instant or a duration in µs as a field's value, `infinity` for FOREVER as in systemd. */
export function micros(value: number): string {
  return value === FOREVER ? 'infinity' : String(Math.round(value));
}
