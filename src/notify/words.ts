/** Text for people: safe to print on any terminal, bounded, one line. */
import { printable as printableWhole } from '../core/printable.js';
import { FOREVER } from '../core/time.js';

/** The longest sentence written, in characters. */
const LONGEST = 2048;

/** One line that is safe to print, cut to a bearable length. */
export function printable(text: string): string {
  return printableWhole(text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);
}

/** An instant or a duration in µs as a field's value, `infinity` for FOREVER as in systemd. */
export function micros(value: number): string {
  return value === FOREVER ? 'infinity' : String(Math.round(value));
}
