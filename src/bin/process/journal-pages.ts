/** Lets go what was read of the journal's files, for who seldom reads in them and is to be small. */
import { createTimer } from '../../async/time/timer.js';
import { MICROS_PER_MILLISECOND } from '../../core/time.js';
import type { JournalLibrary } from '../../journal/native.js';
import type { Clock } from '../../ports/clock.js';

/** After the first read of several, µs. */
const AFTER = 250 * MICROS_PER_MILLISECOND;

/** To be called whenever something was read. */
export function letPagesGoSoon(library: Pick<JournalLibrary, 'letPagesGo'>, clock: Clock): () => void {
  const timer = createTimer(clock, library.letPagesGo);
  return () => {
    if (timer.setFor === undefined) timer.set(clock.now() + AFTER);
  };
}
