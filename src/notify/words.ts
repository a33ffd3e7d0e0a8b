/** Text for people: safe to print on any terminal, bounded, one line. */
import { printable as printableWhole } from '../core/printable.js';
import { FOREVER, MICROS_PER_MILLISECOND, MICROS_PER_SECOND } from '../core/time.js';

/** The longest sentence written, in characters. */
const LONGEST = 2048;

/** One line that is safe to print, cut to a bearable length. */
export function printable(text: string): string {
  return printableWhole(text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);
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
