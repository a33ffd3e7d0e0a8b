/**
 * Notices that the wall clock was set. While the agent runs, the clock is compared with the time that really passed. At
 * a start, bans and a last entry in the future say that it was set back; a clock that was set forward between two runs
 * counts as time passed. Bans are moved along, after which none lies in the future, so no step is followed twice.
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
  const readUpTo = Math.max(saved?.receivedAt ?? 0, ...namespacesOf(saved));
  if (readUpTo <= now) return 0;
  for (const { since } of bans()) if (since > now) return now - readUpTo;
  return 0;
}

/** Until when each journal namespace was read, µs since the epoch. Another machine's clock says nothing of this one's. */
function namespacesOf(saved: Position | undefined): readonly number[] {
  return Object.entries(saved?.others ?? {}).flatMap(([name, { receivedAt }]) =>
    name.startsWith('LogNamespace=') ? [receivedAt] : [],
  );
}
