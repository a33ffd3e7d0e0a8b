/**
 * Time spans as systemd.time(7) reads and prints them, in whole µs.
 * Invariant: `parseDuration(formatDuration(t))` is `t` for every duration.
 */
import { FOREVER, MICROS_PER_MILLISECOND, MICROS_PER_SECOND } from '../core/time.js';

const MINUTE = 60 * MICROS_PER_SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const WEEK = 7 * DAY;
/** systemd's month is a twelfth of its year (the manual rounds it to 30.44 days), its year 365.25 days. */
const MONTH = 2_629_800 * MICROS_PER_SECOND;
const YEAR = 31_557_600 * MICROS_PER_SECOND;

const units = new Map<string, number>([
  ...spelled(1, 'usec', 'us', '\u00b5s', '\u03bcs'),
  ...spelled(MICROS_PER_MILLISECOND, 'msec', 'ms'),
  ...spelled(MICROS_PER_SECOND, '', 'seconds', 'second', 'sec', 's'),
  ...spelled(MINUTE, 'minutes', 'minute', 'min', 'm'),
  ...spelled(HOUR, 'hours', 'hour', 'hr', 'h'),
  ...spelled(DAY, 'days', 'day', 'd'),
  ...spelled(WEEK, 'weeks', 'week', 'w'),
  ...spelled(MONTH, 'months', 'month', 'M'),
  ...spelled(YEAR, 'years', 'year', 'y'),
]);

function spelled(length: number, ...names: readonly string[]): readonly (readonly [string, number])[] {
  return names.map((name) => [name, length] as const);
}

/** The longest time span looked at. */
const MAX_LENGTH = 200;

/** Whole µs of a decimal fraction of a unit, cut off like systemd does. */
function fractionOf(unit: number, digits: string): number {
  let step = unit;
  let sum = 0;
  for (const digit of digits) {
    step = Math.floor(step / 10);
    sum += Number(digit) * step;
  }
  return sum;
}

/**
 * `1h 30min`, `90`, `1.5h`, `infinity` → µs (FOREVER for `infinity`).
 * Undefined when `text` is no time span, or longer than whole µs can be counted (285 years).
 */
export function parseDuration(text: string): number | undefined {
  const trimmed = text.trim();
  if (trimmed === 'infinity') return FOREVER;
  if (trimmed === '' || trimmed.length > MAX_LENGTH) return undefined;
  const part = /(?=\.?\d)(\d*)(?:\.(\d+))?(?![\d.])\s*([a-zA-Z\u00b5\u03bc]*)\s*/y;
  let sum = 0;
  while (part.lastIndex < trimmed.length) {
    const [found, whole = '', fraction = '', name = ''] = part.exec(trimmed) ?? [];
    const unit = units.get(name);
    if (found === undefined || unit === undefined) return undefined;
    sum += Number(whole) * unit + fractionOf(unit, fraction);
  }
  return sum <= Number.MAX_SAFE_INTEGER ? sum : undefined;
}

const printed: readonly (readonly [string, number])[] = [
  ['y', YEAR],
  ['month', MONTH],
  ['w', WEEK],
  ['d', DAY],
  ['h', HOUR],
  ['min', MINUTE],
  ['s', MICROS_PER_SECOND],
  ['ms', MICROS_PER_MILLISECOND],
  ['us', 1],
];

/** µs → `1h 30min`, `infinity` for FOREVER, `0` for nothing. `most`: the units it is told in, from the largest on. */
export function formatDuration(duration: number, most = printed.length): string {
  if (duration === FOREVER) return 'infinity';
  let text = '';
  let rest = Math.round(duration);
  let told = 0;
  for (const [name, unit] of printed) {
    if (rest < unit) continue;
    const count = Math.floor(rest / unit);
    text += `${told === 0 ? '' : ' '}${count}${name}`;
    rest -= count * unit;
    told += 1;
    if (told === most) break;
  }
  return told === 0 ? '0' : text;
}
