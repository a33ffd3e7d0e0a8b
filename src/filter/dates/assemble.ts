/**
 * Makes an instant of the fields of a date. What a log leaves out is taken from now: no year means this one, or the
 * last if that lay in the future; no date means today, or yesterday.
 */
import { type Civil, civilOf, daysOf, epochOf, isValid, SECONDS_PER_DAY, secondsOf, type Zone } from './calendar.js';
import { decimal } from './decimal.js';
import { months, weekdays } from './tokens.js';
import { zoneMinutes } from './zone-names.js';

/** What dates are read against. `now` in s since the epoch. */
export interface DateContext {
  readonly now: number;
  readonly zone: Zone;
}

/** A field by its letter, see tokens.ts. */
export type Field = (name: string) => string | undefined;

type Day = Pick<Civil, 'year' | 'month' | 'day'>;

/** The fields as a wall clock's reading, and what of it was taken from today. */
interface Reading {
  readonly civil: Civil;
  readonly assumesYear: boolean;
  readonly assumesDay: boolean;
}

/** Seconds since the epoch; undefined when there is no such day, time or zone. */
export function assembleDate(field: Field, { now, zone }: DateContext): number | undefined {
  const localNow = now + zone.offsetAt(now);
  const reading = readingOf(field, civilOf(localNow));
  const zoneName = field('z') ?? field('Z');
  const minutes = zoneName === undefined ? 0 : zoneMinutes(zoneName);
  if (reading === undefined || minutes === undefined || !isValid(reading.civil)) return undefined;
  const seconds = beforeNow(reading, secondsOf(reading.civil) - minutes * 60, localNow);
  if (seconds === undefined) return undefined;
  return zoneName === undefined ? epochOf(seconds, zone) : seconds;
}

function readingOf(field: Field, today: Civil): Reading | undefined {
  const year = yearOf(field);
  const counted = dayOf(field, year ?? today.year);
  const month = monthOf(field) ?? counted?.month;
  const day = numberOf(field, 'd') ?? counted?.day;
  if ((month === undefined) !== (day === undefined)) return undefined;
  const civil: Civil = {
    year: counted?.year ?? year ?? today.year,
    month: month ?? today.month,
    day: day ?? today.day,
    hour: hourOf(field),
    minute: numberOf(field, 'M') ?? 0,
    second: numberOf(field, 'S') ?? 0,
  };
  return { civil, assumesYear: year === undefined, assumesDay: month === undefined };
}

/** Moves a date that would lie in the future to yesterday or to last year, if that was assumed. */
function beforeNow({ civil, assumesYear, assumesDay }: Reading, seconds: number, now: number): number | undefined {
  const day = assumesDay && seconds > now ? seconds - SECONDS_PER_DAY : seconds;
  return assumesYear && day > now + SECONDS_PER_DAY ? lastYear(day, civil) : day;
}

/** The same month and day a year before, at the time of `seconds`. */
function lastYear(seconds: number, { year, month, day }: Civil): number | undefined {
  const { hour, minute, second } = civilOf(seconds);
  const civil: Civil = { year: year - 1, month, day, hour, minute, second };
  return isValid(civil) ? secondsOf(civil) : undefined;
}

function numberOf(field: Field, name: string): number | undefined {
  const text = field(name);
  return text === undefined ? undefined : decimal(text);
}

/** Two digits are always of this century. */
function yearOf(field: Field): number | undefined {
  const year = numberOf(field, 'Y');
  if (year !== undefined) return year;
  const short = numberOf(field, 'y');
  return short === undefined ? undefined : short + 2000;
}

function monthOf(field: Field): number | undefined {
  const number = numberOf(field, 'm');
  if (number !== undefined) return number;
  return indexOf(months, field('b') ?? field('B'), 1);
}

/** Where the name stands in the list, counted from `first`; its first three letters tell. */
function indexOf(names: readonly string[], name: string | undefined, first: number): number | undefined {
  if (name === undefined) return undefined;
  const start = name.slice(0, 3).toLowerCase();
  const index = names.findIndex((candidate) => candidate.startsWith(start));
  return index < 0 ? undefined : index + first;
}

function hourOf(field: Field): number {
  const hour = numberOf(field, 'H');
  if (hour !== undefined) return hour;
  const half = numberOf(field, 'I');
  if (half === undefined) return 0;
  const isAfternoon = field('p')?.toLowerCase() === 'pm';
  if (half === 12) return isAfternoon ? 12 : 0;
  return half + (isAfternoon ? 12 : 0);
}

/** The day by `%j`, or by week and weekday, when month or day are missing. */
function dayOf(field: Field, year: number): Day | undefined {
  if (monthOf(field) !== undefined && numberOf(field, 'd') !== undefined) return undefined;
  const dayOfYear = numberOf(field, 'j') ?? dayOfWeek(field, year);
  if (dayOfYear === undefined) return undefined;
  const { year: y, month, day } = civilOf((daysOf(year, 1, 1) + dayOfYear - 1) * SECONDS_PER_DAY);
  return { year: y, month, day };
}

/** Day of the year, from 1, of a weekday in week `%U` (weeks begin on Sunday) or `%W` (on Monday). */
function dayOfWeek(field: Field, year: number): number | undefined {
  const startsMonday = field('W') !== undefined;
  const week = numberOf(field, 'W') ?? numberOf(field, 'U');
  const number = numberOf(field, 'w');
  const weekday =
    indexOf(weekdays, field('a') ?? field('A'), 0) ?? (number === undefined ? undefined : (number + 6) % 7);
  if (week === undefined || weekday === undefined) return undefined;
  const shift = startsMonday ? 0 : 1;
  const firstWeekday = (((daysOf(year, 1, 1) + 3) % 7) + 7 + shift) % 7;
  const inWeek = (weekday + shift) % 7;
  const firstWeek = (7 - firstWeekday) % 7;
  if (week === 0) return 1 + inWeek - firstWeekday;
  return 1 + firstWeek + 7 * (week - 1) + inWeek;
}
