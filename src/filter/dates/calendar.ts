/** The proleptic Gregorian calendar in whole seconds, without time zones; and what a zone has to know. */

export const SECONDS_PER_DAY = 86_400;

/** A wall clock's reading. `month` from 1. */
export interface Civil {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

/** Where local time stands against UTC. */
export interface Zone {
  /** Seconds east of UTC at this instant (s since the epoch). */
  offsetAt(epoch: number): number;
}

/** Days since 1970-01-01. `month` from 1 to 12; days beyond the month's end run into the next. */
export function daysOf(year: number, month: number, day: number): number {
  // Counted in years that begin in March, so that the leap day is the last; Date.UTC takes the year 99 for 1999.
  const march = month > 2 ? year : year - 1;
  const leapDays = Math.floor(march / 4) - Math.floor(march / 100) + Math.floor(march / 400);
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  return 365 * march + leapDays + dayOfYear - 719_468;
}

export function isLeap(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}

/** Seconds from 1970-01-01 00:00:00 on the same clock. */
export function secondsOf({ year, month, day, hour, minute, second }: Civil): number {
  return daysOf(year, month, day) * SECONDS_PER_DAY + hour * 3600 + minute * 60 + second;
}

export function civilOf(seconds: number): Civil {
  const date = new Date(seconds * 1000);
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
  };
}

/** Whether such a day and time exist; NaN does not. Nor do leap seconds, as in Python's datetime. */
export function isValid({ year, month, day, hour, minute, second }: Civil): boolean {
  const days = [31, isLeap(year) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
  const isDay = isWithin(year, 1, 9999) && isWithin(day, 1, days);
  return isDay && isWithin(hour, 0, 23) && isWithin(minute, 0, 59) && isWithin(second, 0, 59);
}

function isWithin(value: number, first: number, last: number): boolean {
  return value >= first && value <= last;
}

/** Local seconds to seconds since the epoch; of two possible instants the earlier, in a gap the clock is moved on. */
export function epochOf(localSeconds: number, zone: Zone): number {
  const before = zone.offsetAt(localSeconds - SECONDS_PER_DAY);
  const after = zone.offsetAt(localSeconds + SECONDS_PER_DAY);
  for (const offset of [Math.max(before, after), Math.min(before, after)]) {
    if (zone.offsetAt(localSeconds - offset) === offset) return localSeconds - offset;
  }
  return localSeconds - before;
}
