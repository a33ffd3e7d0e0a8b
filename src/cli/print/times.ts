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

function local(at: number, zone: string): DateTime {
  const rule = posixZone(zone);
  const known = rule === undefined ? zone : FixedOffsetZone.instance(rule.offsetAt(at / MICROS_PER_SECOND) / 60);
  return DateTime.fromMillis(Math.floor(at / MICROS_PER_MILLISECOND), { zone: known, locale: 'en' });
}

/** `2026-05-01 12:00:00 UTC`; `never` for FOREVER. */
export function instant(at: number, zone: string): string {
  return at === FOREVER ? 'never' : local(at, zone).toFormat('yyyy-MM-dd HH:mm:ss ZZZZ');
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
