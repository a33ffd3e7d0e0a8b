/** Times as journalctl(1) takes them for --since and --until (systemd.time(7), "Parsing Timestamps"). */
import { DateTime } from 'luxon';
import { parseDuration } from '../config/duration.js';
import { MICROS_PER_MILLISECOND, MICROS_PER_SECOND } from '../core/time.js';
import { F2bError } from '../errors.js';

const FORMATS = [
  'yyyy-MM-dd HH:mm:ss',
  'yyyy-MM-dd HH:mm',
  'yyyy-MM-dd',
  'yy-MM-dd HH:mm:ss',
  'yy-MM-dd HH:mm',
  'yy-MM-dd',
] as const;

const DAYS: Readonly<Record<string, number>> = { yesterday: -1, today: 0, tomorrow: 1 };

/** µs since the epoch; undefined when `text` is no time. `now` in µs, `zone` as in Dependencies. */
export function parseTime(text: string, now: number, zone: string): number | undefined {
  const trimmed = text.trim();
  if (trimmed === 'now') return now;
  return parseRelative(trimmed, now) ?? parseEpoch(trimmed) ?? parseCalendar(trimmed, now, zone);
}

/** The time in `text`. Throws USAGE. */
export function requireTime(option: string, text: string, now: number, zone: string): number {
  const at = parseTime(text, now, zone);
  if (at !== undefined) return at;
  throw new F2bError('USAGE', `${option}: ${JSON.stringify(text)} is no time`, {
    hint: 'write for example "2026-01-31 12:00", "yesterday", "-1h" or "2 hours ago"',
  });
}

/** `-1h`, `+5min`, `2h ago`, `5min left`. */
function parseRelative(text: string, now: number): number | undefined {
  const [, sign = '', span = '', suffix = ''] = /^([+-]?)(.*?)(?:\s+(ago|left))?$/.exec(text) ?? [];
  if ((sign === '') === (suffix === '')) return undefined;
  const duration = parseDuration(span);
  if (duration === undefined || !Number.isFinite(duration)) return undefined;
  return sign === '-' || suffix === 'ago' ? now - duration : now + duration;
}

/** `@1777636800`, with decimals. */
function parseEpoch(text: string): number | undefined {
  return /^@\d{1,11}(?:\.\d{1,6})?$/.test(text) ? Math.round(Number(text.slice(1)) * MICROS_PER_SECOND) : undefined;
}

/** Days by name, a time of today, a date with or without a time, ISO 8601; with an optional zone behind. */
function parseCalendar(text: string, now: number, localZone: string): number | undefined {
  const [, rest = text, named] = /^(.*?)\s+([A-Z][A-Za-z_]*(?:\/[A-Za-z_/]+)?)$/.exec(text) ?? [];
  const zone = named ?? localZone;
  const today = DateTime.fromMillis(now / MICROS_PER_MILLISECOND, { zone }).startOf('day');
  if (!today.isValid) return undefined;
  const days = DAYS[rest];
  if (days !== undefined) return micros(today.plus({ days }));
  if (/^\d{1,2}:\d{2}(?::\d{2})?$/.test(rest)) return micros(parseWith(`${today.toISODate()} ${rest}`, zone));
  if (/^\d{4}-\d{2}-\d{2}T/.test(rest)) return micros(DateTime.fromISO(rest, { zone }));
  return micros(parseWith(rest, zone));
}

function parseWith(text: string, zone: string): DateTime {
  const [found = DateTime.invalid('no time')] = FORMATS.map((format) =>
    DateTime.fromFormat(text, format, { zone, locale: 'en' }),
  ).filter(({ isValid }) => isValid);
  return found;
}

function micros(time: DateTime): number | undefined {
  return time.isValid ? time.toMillis() * MICROS_PER_MILLISECOND : undefined;
}
