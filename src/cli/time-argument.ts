/**
 * Times as people write them for --since, --until and --now: those of journalctl(1) (systemd.time(7), "Parsing
 * Timestamps").
 */
import { parseDuration } from '../config/duration.js';
import { MICROS_PER_SECOND } from '../core/time.js';
import { F2bError } from '../errors.js';
import {
  type Civil,
  civilOf,
  daysOf,
  epochOf,
  isValid,
  SECONDS_PER_DAY,
  secondsOf,
  type Zone,
} from '../filter/dates/calendar.js';
import { namedZone } from './zone.js';

const DAYS: Readonly<Record<string, number>> = { yesterday: -1, today: 0, tomorrow: 1 };

const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];

/** The longest time looked at. */
const MAX_LENGTH = 100;

/** A weekday, a date, and a time of day; each of them may be missing, but not all. */
const calendarForm =
  /^(?:([a-z]+) )?(?:(\d{4}|\d{2})-(\d{1,2})-(\d{1,2})(?:[ T]|$))?(?:(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,9}))?)?)?$/i;

/** µs since the epoch; undefined when `text` is no time. `now` in µs; `zone` is where people live. */
export function parseTime(text: string, now: number, zone: Zone): number | undefined {
  const trimmed = text.trim().replace(/\s+/g, ' ');
  if (trimmed.length > MAX_LENGTH) return undefined;
  if (trimmed === 'now') return now;
  const at = parseRelative(trimmed, now) ?? parseEpoch(trimmed) ?? parseZoned(trimmed, now, zone);
  return at !== undefined && at >= 0 && at <= Number.MAX_SAFE_INTEGER ? at : undefined;
}

/** The time in `text`. Throws USAGE. */
export function requireTime(option: string, text: string, now: number, zone: Zone): number {
  const at = parseTime(text, now, zone);
  if (at !== undefined) return at;
  throw new F2bError('USAGE', `${option}: ${JSON.stringify(text)} is no time`, {
    hint: 'write for example "2026-01-31 12:00", "2026-01-31 12:00 Europe/Berlin", "yesterday", "-1h" or @1777636800',
  });
}

/** `-1h`, `+5min`, `2h ago`, `5min left`. */
function parseRelative(text: string, now: number): number | undefined {
  const [, sign = '', span = '', suffix = ''] = /^([+-]?)(.*?)(?: (ago|left))?$/.exec(text) ?? [];
  if ((sign === '') === (suffix === '')) return undefined;
  const duration = parseDuration(span);
  if (duration === undefined || !Number.isFinite(duration)) return undefined;
  return sign === '-' || suffix === 'ago' ? now - duration : now + duration;
}

/** `@1777636800`, with decimals. */
function parseEpoch(text: string): number | undefined {
  return /^@\d{1,11}(?:\.\d{1,6})?$/.test(text) ? Math.round(Number(text.slice(1)) * MICROS_PER_SECOND) : undefined;
}

/** A time of the calendar in the zone behind it, or in the local one. */
function parseZoned(text: string, now: number, local: Zone): number | undefined {
  const [, before, offset] = /^(.*\d) ?(Z|[+-]\d{2}:?\d{2})$/i.exec(text) ?? [];
  if (before !== undefined && offset !== undefined && before.includes(':')) {
    return parseCalendar(before.trimEnd(), now, offsetZone(offset));
  }
  const [, rest = text, name] = /^(.*) ([A-Z][\w+/-]*)$/i.exec(text) ?? [];
  const zone = name === undefined ? local : namedZone(name);
  return zone === undefined ? undefined : parseCalendar(rest, now, zone);
}

/** `Z`, `+02:00`, `-0330`. */
function offsetZone(text: string): Zone {
  const digits = text.replace(/\D/g, '');
  const seconds = Number(digits.slice(0, 2)) * 3_600 + Number(digits.slice(2)) * 60;
  const offset = text.startsWith('-') ? 0 - seconds : seconds;
  return { offsetAt: () => offset };
}

/** `today`, `Fri 2026-05-01 12:00:00.5`, a date alone (its midnight), or a time of today. */
function parseCalendar(text: string, now: number, zone: Zone): number | undefined {
  const seconds = Math.floor(now / MICROS_PER_SECOND);
  const today = Math.floor((seconds + zone.offsetAt(seconds)) / SECONDS_PER_DAY);
  const days = DAYS[text];
  if (days !== undefined) return epochOf((today + days) * SECONDS_PER_DAY, zone) * MICROS_PER_SECOND;
  const parts = text === '' ? null : calendarForm.exec(text);
  if (parts === null) return undefined;
  const [, weekday, year, month, day, hour, minute, second, fraction = ''] = parts;
  const date = civilOf(today * SECONDS_PER_DAY);
  const time = { hour: Number(hour ?? 0), minute: Number(minute ?? 0), second: Number(second ?? 0) };
  const civil: Civil =
    year === undefined
      ? { ...date, ...time }
      : { year: fullYear(year), month: Number(month), day: Number(day), ...time };
  if (!isValid(civil) || (weekday !== undefined && !isWeekday(weekday, civil))) return undefined;
  return epochOf(secondsOf(civil), zone) * MICROS_PER_SECOND + Number(fraction.slice(0, 6).padEnd(6, '0'));
}

/** Two digits as strptime(3) reads them: 69 to 99 are of the last century. */
function fullYear(text: string): number {
  const year = Number(text);
  if (text.length > 2) return year;
  return year < 69 ? 2000 + year : 1900 + year;
}

/** True when the day of the week, whole or its first three letters, is that of the date. */
function isWeekday(text: string, { year, month, day }: Civil): boolean {
  // 1970-01-01 was a Thursday.
  const name = WEEKDAYS[(((daysOf(year, month, day) + 4) % 7) + 7) % 7] ?? '';
  return [name, name.slice(0, 3)].includes(text.toLowerCase());
}
