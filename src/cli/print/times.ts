/** Instants and durations for people, in their own time zone. */
import { DateTime, FixedOffsetZone } from 'luxon';
import { formatDuration } from '../../config/duration.js';
import { FOREVER, MICROS_PER_MILLISECOND, MICROS_PER_SECOND } from '../../core/time.js';
import { posixZone } from '../../filter/dates/posix-zone.js';

/** What times are shown against. */
export interface Now {
  /** µs since the epoch. */
  readonly now: number;
  readonly zone: string;
}

/** Years have four digits until the day before it. µs */
const YEAR_10000 = Date.UTC(9999, 11, 31) * MICROS_PER_MILLISECOND;

function local(at: number, zone: string): DateTime {
  const rule = posixZone(zone);
  const known = rule === undefined ? zone : FixedOffsetZone.instance(rule.offsetAt(at / MICROS_PER_SECOND) / 60);
  return DateTime.fromMillis(Math.floor(at / MICROS_PER_MILLISECOND), { zone: known, locale: 'en' });
}

/** `2026-05-01 12:00:00 UTC`; `never` for FOREVER. */
export function instant(at: number, zone: string): string {
  return at === FOREVER ? 'never' : local(at, zone).toFormat('yyyy-MM-dd HH:mm:ss ZZZZ');
}

const HOUR = 3_600 * MICROS_PER_SECOND;

interface Hour {
  /** What is added to UTC, min. */
  readonly offset: number;
  readonly name: string;
}

/**
 * `instant` for many times of one zone: what the zone has to say is asked for once for each hour that they lie in,
 * unless the zone's clocks are changed in it. A hundred thousand questions would take half a minute.
 */
export function instantsIn(zone: string): (at: number) => string {
  const hours = new Map<number, Hour | undefined>();
  const hourAt = (at: number): Hour | undefined => {
    const start = Math.floor(at / HOUR) * HOUR;
    if (hours.has(start)) return hours.get(start);
    const [first, last] = [start, start + HOUR - MICROS_PER_MILLISECOND].map((edge) => {
      const time = local(edge, zone);
      return { offset: time.offset, name: time.toFormat('ZZZZ') };
    });
    const isSteady = first?.offset === last?.offset && first?.name === last?.name;
    hours.set(start, isSteady ? first : undefined);
    return hours.get(start);
  };
  return (at) => {
    const hour = at >= 0 && at < YEAR_10000 ? hourAt(at) : undefined;
    if (hour === undefined) return instant(at, zone);
    const shown = new Date(Math.floor(at / MICROS_PER_MILLISECOND) + hour.offset * 60_000).toISOString();
    return `${shown.slice(0, 10)} ${shown.slice(11, 19)} ${hour.name}`;
  };
}

/** `May 01 12:00:00`, as journalctl and syslog write it. */
export function stamp(at: number, zone: string): string {
  return local(at, zone).toFormat('MMM dd HH:mm:ss');
}

/** A length in at most two units, of whole seconds: `1h 30min`, `infinity`. */
export function length(duration: number): string {
  if (duration === FOREVER) return 'infinity';
  if (duration < MICROS_PER_SECOND) return '0s';
  const whole = Math.floor(duration / MICROS_PER_SECOND) * MICROS_PER_SECOND;
  return formatDuration(whole).split(' ').slice(0, 2).join(' ');
}

/** `in 9min 30s`, `2h ago`. */
export function relative(at: number, now: number): string {
  return at > now ? `in ${length(at - now)}` : `${length(now - at)} ago`;
}

/** `until 2026-05-01 12:10:00 UTC (in 10min)`, `permanently`. */
export function untilText(until: number, { now, zone }: Now): string {
  return until === FOREVER ? 'permanently' : `until ${instant(until, zone)} (${relative(until, now)})`;
}
