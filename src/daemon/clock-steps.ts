/**
 * Notices that the wall clock was set, by comparing it with time as it really passed: while the agent runs, and
 * at a start, when the journal's last entry read lies in the future. What was set forward in between is time passed.
 */
import { MICROS_PER_SECOND } from '../core/time.js';
import type { Clock, Position } from '../ports.js';

/** Smaller corrections are what keeps clocks right, µs. */
const SMALLEST_STEP = 60 * MICROS_PER_SECOND;

export interface ClockSteps {
  /** How far the clock was set forward (or back, when negative) since this was last asked, µs; 0 when it was not. */
  take(): number;
}

export function createClockSteps(clock: Clock, saved: Position | undefined): ClockSteps {
  let offset = clock.now() - clock.elapsed();
  let ahead = Math.min(0, clock.now() - (saved?.receivedAt ?? 0));
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
