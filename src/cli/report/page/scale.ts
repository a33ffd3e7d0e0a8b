/** Where the axes of charts have their marks. */
import { MICROS_PER_SECOND } from '../../../core/time.js';
import { epochOf } from '../../../filter/dates/calendar.js';
import { stamp } from '../../../text/instant.js';
import type { Zone } from '../../../text/zone.js';

const HOUR = 3_600;
const DAY = 24 * HOUR;
/** Seconds from one mark to the next. */
const STEPS = [
  60,
  300,
  900,
  HOUR,
  3 * HOUR,
  6 * HOUR,
  12 * HOUR,
  ...[1, 2, 7, 14, 30, 91, 182, 365].map((n) => n * DAY),
];
const MOST_MARKS = 8;

/** Where an axis ends that a count must fit on: 1, 2, 4, 6 or 10 times a power of ten, so that its half is whole too. */
export function axisEnd(highest: number): number {
  if (highest <= 2) return 2;
  const power = 10 ** Math.floor(Math.log10(highest));
  return power * ([1, 2, 4, 6, 10].find((factor) => factor * power >= highest) ?? 10);
}

/** A mark on an axis of time. */
export interface Mark {
  /** Per cent of the axis. */
  readonly at: number;
  readonly text: string;
}

/** At full hours and days of the zone, eight at most. `since` and `until` in µs since the epoch. */
export function timeMarks(since: number, until: number, zone: Zone): readonly Mark[] {
  const span = (until - since) / MICROS_PER_SECOND;
  const step = STEPS.find((seconds) => span / seconds <= MOST_MARKS) ?? span / MOST_MARKS;
  const start = Math.ceil(since / MICROS_PER_SECOND);
  const first = Math.ceil((start + zone.offsetAt(start)) / step) * step;
  const marks = Array.from({ length: MOST_MARKS + 1 }, (_, index): Mark => {
    const local = first + index * step;
    const at = epochOf(local, zone) * MICROS_PER_SECOND;
    return { at: (100 * (at - since)) / (until - since), text: markText(at, local, zone) };
  });
  return marks.filter(({ at }) => at >= 0 && at <= 100);
}

/** A day by its date, other times by the clock. */
function markText(at: number, local: number, zone: Zone): string {
  const text = stamp(at, zone);
  return local % DAY === 0 ? text.slice(0, 6) : text.slice(7, 12);
}
