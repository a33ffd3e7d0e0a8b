/**
 * Instants for people and programs, in a time zone. Invariant: `parseTime` reads back what is written here, to the
 * second; with what stands behind `isoInstant`, to the microsecond.
 */
import { FOREVER, MICROS_PER_SECOND } from '../core/time.js';
import type { Zone } from './zone.js';

const SECONDS_PER_DAY = 86_400;
/** Of the years 0 and 10,000. */
const FIRST_DAY = -719_528;
const DAY_AFTER_LAST = 2_932_897;

/** `00` to `99`. */
const TWO_DIGITS = Array.from({ length: 100 }, (_, value) => String(value).padStart(2, '0'));

/** Seconds east of UTC. */
function offsetAt(at: number, zone: Zone): number {
  return zone.offsetAt(Math.floor(at / MICROS_PER_SECOND));
}

/** What a clock `offset` seconds east of UTC shows: `2026-05-01T12:00:00`. A hundred thousand bans have two each. */
function clockText(at: number, offset: number, between = 'T'): string {
  const seconds = Math.floor(at / MICROS_PER_SECOND) + offset;
  const day = Math.floor(seconds / SECONDS_PER_DAY);
  if (!(day >= FIRST_DAY && day < DAY_AFTER_LAST)) return new Date(seconds * 1000).toISOString().slice(0, 19);
  const second = seconds - day * SECONDS_PER_DAY;
  const minute = Math.floor(second / 60);
  return `${dayText(day)}${between}${two(Math.floor(minute / 60))}:${two(minute % 60)}:${two(second % 60)}`;
}

/** Days since the epoch as `2026-05-01`: as in Howard Hinnant's "chrono-Compatible Low-Level Date Algorithms". */
function dayText(day: number): string {
  const sinceMarch = day - FIRST_DAY - 60;
  const era = Math.floor(sinceMarch / 146_097);
  const dayOfEra = sinceMarch - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1_460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const dayOfMonth = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1;
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return `${two(Math.floor(year / 100))}${two(year % 100)}-${two(month)}-${two(dayOfMonth)}`;
}

function two(value: number): string {
  return TWO_DIGITS[value] ?? '';
}

/** `+02:00`; with seconds where a zone has them, as some had in former times. */
function offsetText(offset: number): string {
  const parts = [Math.floor(Math.abs(offset) / 3_600), Math.floor(Math.abs(offset) / 60) % 60, Math.abs(offset) % 60];
  const shown = parts[2] === 0 ? parts.slice(0, 2) : parts;
  return `${offset < 0 ? '-' : '+'}${shown.map((part) => String(part).padStart(2, '0')).join(':')}`;
}

/** `2026-05-01 12:00:00 UTC`, `2026-05-01 14:00:00 +02:00`; `never` for FOREVER. `at` in µs since the epoch. */
export function instant(at: number, zone: Zone): string {
  if (at === FOREVER) return 'never';
  const offset = offsetAt(at, zone);
  return `${clockText(at, offset, ' ')} ${offset === 0 ? 'UTC' : offsetText(offset)}`;
}

/** As journalctl and syslog write them. */
export const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `May 01 12:00:00`, as journalctl and syslog write it. */
export function stamp(at: number, zone: Zone): string {
  const text = clockText(at, offsetAt(at, zone));
  return `${MONTHS[Number(text.slice(5, 7)) - 1]} ${text.slice(8, 10)} ${text.slice(11)}`;
}

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/** `Fri 2026-05-01 12:00:00 UTC`, as `instant` but with the day of the week, which systemd.time(7) takes there. */
export function fullInstant(at: number, zone: Zone): string {
  const text = instant(at, zone);
  return `${DAYS[new Date(`${text.slice(0, 10)}T00:00Z`).getUTCDay()] ?? ''} ${text}`;
}

/** `Fri 2026-05-01 12:00:00.000001 UTC`, as `fullInstant` to the microsecond: the head of journalctl's verbose entries. */
export function preciseInstant(at: number, zone: Zone): string {
  const micros = String(at % MICROS_PER_SECOND).padStart(6, '0');
  return fullInstant(at, zone).replace(/(?= \S+$)/, `.${micros}`);
}

/** `2005-08-14T11:59:59+02:00`; a fraction only when there is one. `at` in µs since the epoch. */
export function isoInstant(at: number, zone: Zone): string {
  const micros = ((at % MICROS_PER_SECOND) + MICROS_PER_SECOND) % MICROS_PER_SECOND;
  const offset = offsetAt(at, zone);
  return `${clockText(at, offset)}${micros === 0 ? '' : `.${String(micros).padStart(6, '0')}`}${offsetText(offset)}`;
}
