/**
 * Time zones as rules in TZ, for example `CET-1CEST,M3.5.0,M10.5.0/3` (POSIX.1-2017, 8.3). Zones by name need the
 * system's data and are not read here.
 */
import { civilOf, daysOf, isLeap, SECONDS_PER_DAY, type Zone } from './calendar.js';

const nameOf = '(?:[A-Za-z]{3,}|<[A-Za-z0-9+-]{3,}>)';
const timeOf = String.raw`[+-]?\d{1,3}(?::\d{1,2}(?::\d{1,2})?)?`;
const ruleOf = String.raw`,(J?\d{1,3}|M\d{1,2}\.\d\.\d)(?:/(${timeOf}))?`;
const form = new RegExp(`^${nameOf}(${timeOf})(?:${nameOf}(${timeOf})?(?:${ruleOf}${ruleOf})?)?$`);

/** When a change happens within a year, in local seconds of that year's first day. */
interface Change {
  readonly day: string;
  readonly second: number;
}

/** Undefined when the text is no such rule. */
export function posixZone(text: string): Zone | undefined {
  const parts = form.exec(text);
  const offset = parts?.[1];
  if (offset === undefined) return undefined;
  const standard = 0 - secondsIn(offset);
  const hasSummer = /^(?:[A-Za-z]+|<[^>]+>)[^A-Za-z<,]+[A-Za-z<]/.test(text);
  if (!hasSummer) return { offsetAt: () => standard };
  const summer = parts?.[2] === undefined ? standard + 3600 : 0 - secondsIn(parts[2]);
  const begin: Change = { day: parts?.[3] ?? 'M3.2.0', second: secondsIn(parts?.[4] ?? '2') };
  const end: Change = { day: parts?.[5] ?? 'M11.1.0', second: secondsIn(parts?.[6] ?? '2') };
  return { offsetAt: (epoch) => (isSummer(epoch, standard, summer, begin, end) ? summer : standard) };
}

function isSummer(epoch: number, standard: number, summer: number, begin: Change, end: Change): boolean {
  const { year } = civilOf(epoch + standard);
  const from = changeAt(year, begin) - standard;
  const to = changeAt(year, end) - summer;
  return from < to ? epoch >= from && epoch < to : epoch >= from || epoch < to;
}

/** Local seconds (since 1970 on the same clock) of a change in this year. */
function changeAt(year: number, { day, second }: Change): number {
  return dayOf(year, day) * SECONDS_PER_DAY + second;
}

function dayOf(year: number, rule: string): number {
  if (rule.startsWith('M')) {
    const [month = 1, week = 1, weekday = 0] = rule.slice(1).split('.').map(Number);
    return weekdayOf(year, month, week, weekday);
  }
  const first = daysOf(year, 1, 1);
  if (!rule.startsWith('J')) return first + Number(rule);
  const number = Number(rule.slice(1));
  return first + number - 1 + (isLeap(year) && number > 59 ? 1 : 0);
}

/** The day of the month's `week`-th weekday (0 = Sunday); week 5 is the last there is. */
function weekdayOf(year: number, month: number, week: number, weekday: number): number {
  const first = daysOf(year, month, 1);
  // 1970-01-01 was a Thursday.
  const day = first + ((((weekday - (first + 4)) % 7) + 7) % 7) + (week - 1) * 7;
  const next = month === 12 ? daysOf(year + 1, 1, 1) : daysOf(year, month + 1, 1);
  return day < next ? day : day - 7;
}

function secondsIn(text: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = text.replace(/^[+-]/, '').split(':').map(Number);
  return (text.startsWith('-') ? -1 : 1) * (hours * 3600 + minutes * 60 + seconds);
}
