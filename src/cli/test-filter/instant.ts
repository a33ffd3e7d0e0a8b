/** Instants as people write them for journalctl(1): `today`, `-1h`, `2026-01-31 12:00`, `@1123970401`, ISO 8601. */
import { parseDuration } from '../../config/duration.js';
import { F2bError } from '../../errors.js';
import { epochOf, isValid, SECONDS_PER_DAY, secondsOf, type Zone } from '../../filter/dates/calendar.js';

const written =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,6})\d*)?)?)?(?: ?(Z|UTC|([+-])(\d\d):?(\d\d)))?$/i;

/** µs since the epoch. `now` too. Throws USAGE. */
export function parseInstant(text: string, now: number, zone: Zone): number {
  const instant = wordOf(text.trim(), now, zone) ?? relative(text.trim(), now) ?? absolute(text.trim(), zone);
  if (instant !== undefined) return instant;
  throw new F2bError('USAGE', `"${text}" is no time`, {
    hint: 'write 2026-01-31T12:00:00+01:00, 2026-01-31 12:00, today, yesterday, -1h or @SECONDS',
  });
}

function wordOf(text: string, now: number, zone: Zone): number | undefined {
  if (text === 'now') return now;
  const days = text === 'today' ? 0 : text === 'yesterday' ? -1 : text === 'tomorrow' ? 1 : undefined;
  if (days === undefined) return undefined;
  const seconds = Math.floor(now / 1e6);
  const local = seconds + zone.offsetAt(seconds);
  return epochOf((Math.floor(local / SECONDS_PER_DAY) + days) * SECONDS_PER_DAY, zone) * 1e6;
}

function relative(text: string, now: number): number | undefined {
  if (text.startsWith('@'))
    return /^@\d{1,11}(?:\.\d{1,6})?$/.test(text) ? Math.round(Number(text.slice(1)) * 1e6) : undefined;
  const sign = /^[+-]/.exec(text)?.[0];
  const span = sign === undefined ? / ago$/.exec(text) && text.slice(0, -4) : text.slice(1);
  const duration = span ? parseDuration(span) : undefined;
  if (duration === undefined || !Number.isFinite(duration)) return undefined;
  return sign === '+' ? now + duration : now - duration;
}

function absolute(text: string, zone: Zone): number | undefined {
  const parts = written.exec(text);
  if (parts === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts
    .slice(1, 7)
    .map((part) => Number(part ?? 0));
  const civil = { year, month, day, hour, minute, second };
  if (!isValid(civil)) return undefined;
  const [, , , , , , , fraction = '', name, sign, hours = '0', minutes = '0'] = parts;
  const local = secondsOf(civil);
  const offset = (sign === '-' ? -1 : 1) * (Number(hours) * 3600 + Number(minutes) * 60);
  const seconds = name === undefined ? epochOf(local, zone) : local - offset;
  return seconds * 1e6 + Number(fraction.padEnd(6, '0'));
}
