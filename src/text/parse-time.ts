/**
 * Times as people write them: those of journalctl(1) (systemd.time(7), "Parsing Timestamps"), and those that are
 * printed here (`instant.ts`).
 */
import { MICROS_PER_SECOND } from '../core/time.js';
import { type Civil, civilOf, daysOf, epochOf, isValid, SECONDS_PER_DAY, secondsOf } from '../filter/dates/calendar.js';
import { parseDuration } from './duration.js';
import { MONTHS } from './instant.js';
import { namedZone, type Zone } from './zone.js';

const DAYS: Readonly<Record<string, number>> = { yesterday: -1, today: 0, tomorrow: 1 };

const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];

/** The longest time looked at. */
const MAX_LENGTH = 100;

/** A weekday, a date, and a time of day; each of them may be missing, but not all. */
const calendarForm =
  /^(?:([a-z]+) )?(?:(\d{4}|\d{2})-(\d{1,2})-(\d{1,2})(?:[ T]|$))?(?:(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,9}))?)?)?$/i;

/** As journalctl and syslog write it. */
const stampForm = /^([a-z]{3}) (\d{1,2}) (\d{2}):(\d{2}):(\d{2})$/i;

/** µs since the epoch; undefined when `text` is no time. `now` in µs; `zone` is where people live. */
export function parseTime(text: string, now: number, zone: Zone): number | undefined {
  const trimmed = text.trim().replace(/\s+/g, ' ');
  if (trimmed.length > MAX_LENGTH) return undefined;
  if (trimmed === 'now') return now;
  const at = parseRelative(trimmed, now) ?? parseEpoch(trimmed) ?? parseZoned(trimmed, now, zone);
  return at !== undefined && at >= 0 && at <= Number.MAX_SAFE_INTEGER ? at : undefined;
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
  const [, before, offset] = /^(.*\d) ?(Z|[+-]\d{2}:?\d{2}(?::\d{2})?)$/i.exec(text) ?? [];
  if (before !== undefined && offset !== undefined && before.includes(':')) {
    return parseCalendar(before.trimEnd(), now, offsetZone(offset));
  }
  const [, rest = text, name] = /^(.*) ([A-Z][\w+/-]*)$/i.exec(text) ?? [];
  const zone = name === undefined ? local : namedZone(name);
  return zone === undefined ? undefined : parseCalendar(rest, now, zone);
}

/** `Z`, `+02:00`, `-0330`, `-00:44:30`. */
function offsetZone(text: string): Zone {
  const digits = text.replace(/\D/g, '');
  const seconds = Number(digits.slice(0, 2)) * 3_600 + Number(digits.slice(2, 4)) * 60 + Number(digits.slice(4));
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
  if (parts === null) return parseStamp(text, seconds, zone);
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

/** `May 01 12:00:00`: the last time that the clock showed it. */
function parseStamp(text: string, now: number, zone: Zone): number | undefined {
  const [, name = '', day, hour, minute, second] = stampForm.exec(text) ?? [];
  const month = MONTHS.findIndex((known) => known.toLowerCase() === name.toLowerCase()) + 1;
  if (month === 0) return undefined;
  const { year } = civilOf(now + zone.offsetAt(now));
  const time = { month, day: Number(day), hour: Number(hour), minute: Number(minute), second: Number(second) };
  // A leap day may be eight years ago, as around 1900.
  const years = Array.from({ length: 10 }, (_, before) => ({ ...time, year: year + 1 - before }));
  const candidates = years.filter(isValid).map((civil) => epochOf(secondsOf(civil), zone));
  const last = candidates.find((epoch) => epoch <= now);
  return last === undefined ? undefined : last * MICROS_PER_SECOND;
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
