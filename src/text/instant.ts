/**
 * Instants for people and programs, in a time zone. Invariant: `parseTime` reads back what is written here, to the
 * second; with what stands behind `isoInstant`, to the microsecond.
 */
import { FOREVER, MICROS_PER_SECOND } from '../core/time.js';
import type { Zone } from './zone.js';

interface Clock {
  /** `2026-05-01T12:00:00` */
  readonly text: string;
  /** Seconds east of UTC. */
  readonly offset: number;
}

function clockAt(at: number, zone: Zone): Clock {
  const seconds = Math.floor(at / MICROS_PER_SECOND);
  const offset = zone.offsetAt(seconds);
  return { text: dateText(seconds + offset), offset };
}

/** Seconds since the epoch as `2026-05-01T12:00:00`; a hundred thousand of them are a fifth of a list of bans. */
function dateText(seconds: number): string {
  const date = new Date(seconds * 1000);
  const year = date.getUTCFullYear();
  if (!(year >= 0 && year <= 9_999)) return date.toISOString().slice(0, 19);
  const day = `${String(year).padStart(4, '0')}-${two(date.getUTCMonth() + 1)}-${two(date.getUTCDate())}`;
  return `${day}T${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`;
}

function two(value: number): string {
  return value < 10 ? `0${value}` : String(value);
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
  const { text, offset } = clockAt(at, zone);
  return `${text.replace('T', ' ')} ${offset === 0 ? 'UTC' : offsetText(offset)}`;
}

/** As journalctl and syslog write them. */
export const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `May 01 12:00:00`, as journalctl and syslog write it. */
export function stamp(at: number, zone: Zone): string {
  const { text } = clockAt(at, zone);
  return `${MONTHS[Number(text.slice(5, 7)) - 1]} ${text.slice(8, 10)} ${text.slice(11)}`;
}

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/** `Fri 2026-05-01 12:00:00 UTC`, as `instant` but with the day of the week, which systemd.time(7) takes there. */
export function fullInstant(at: number, zone: Zone): string {
  const text = instant(at, zone);
  return `${DAYS[new Date(`${text.slice(0, 10)}T00:00Z`).getUTCDay()] ?? ''} ${text}`;
}

/** `2005-08-14T11:59:59+02:00`; a fraction only when there is one. `at` in µs since the epoch. */
export function isoInstant(at: number, zone: Zone): string {
  const micros = ((at % MICROS_PER_SECOND) + MICROS_PER_SECOND) % MICROS_PER_SECOND;
  const { text, offset } = clockAt(at, zone);
  return `${text}${micros === 0 ? '' : `.${String(micros).padStart(6, '0')}`}${offsetText(offset)}`;
}
