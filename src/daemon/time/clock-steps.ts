/**
 * Notices that the wall clock was set, by comparing it with time as it really passed: while the agent runs, and at a
 * start, when bans and the journal's last entry read lie in the future. Once bans were moved, none of them does: no
 * step is followed twice. What was set forward in between is time passed.
 */
import type { Ban } from '../../core/ban.js';
import { MICROS_PER_SECOND } from '../../core/time.js';
import type { Clock } from '../../ports/clock.js';
import type { Position } from '../../ports/journal.js';

/** Smaller corrections are what keeps clocks right, µs. */
const SMALLEST_STEP = 60 * MICROS_PER_SECOND;

export interface ClockSteps {
  /** How far the clock was set forward (or back, when negative) since this was last asked, µs; 0 when it was not. */
  take(): number;
}

/** `bans`: those in force at the start. */
export function createClockSteps(
  clock: Clock,
  saved: Position | undefined,
  bans: () => Iterable<Pick<Ban, 'since'>>,
): ClockSteps {
  let offset = clock.now() - clock.elapsed();
  let ahead = aheadAtStart(clock.now(), saved, bans);
  return {
    take() {
      const step = clock.now() - clock.elapsed() - offset + ahead;
      if (Math.abs(step) < SMALLEST_STEP) return 0;
      offset = clock.now() - clock.elapsed();
      ahead = 0;
      return step;
    },
  };
}

/** How far what was decided lies in the future, as a negative number; 0 when it does not. µs */
function aheadAtStart(now: number, saved: Position | undefined, bans: () => Iterable<Pick<Ban, 'since'>>): number {
  const readUpTo = saved?.receivedAt ?? 0;
  if (readUpTo <= now) return 0;
  for (const { since } of bans()) if (since > now) return now - readUpTo;
  return 0;
}
