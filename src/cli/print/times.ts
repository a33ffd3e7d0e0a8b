/** The present time and zone that times are printed for, and how the end of something is written. */
import { FOREVER } from '../../core/time.js';
import { instant } from '../../text/instant.js';
import { length, relative } from '../../text/length.js';
import type { Zone } from '../../text/zone.js';

export interface Now {
  /** µs since the epoch. */
  readonly now: number;
  readonly zone: Zone;
}

/** `until 2026-05-01 12:10:00 UTC (in 10min)`, `permanently`. */
export function untilText(until: number, { now, zone }: Now): string {
  return until === FOREVER ? 'permanently' : `until ${instant(until, zone)} (${relative(until, now)})`;
}

/** How long something goes on, both in µs since the epoch: `10min`; empty for what never ends. */
export function leftText(until: number, now: number): string {
  return until === FOREVER ? '' : length(Math.max(0, until - now));
}
