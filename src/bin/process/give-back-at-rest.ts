/** What a daemon gives back of its memory once its start is over. */
import { systemClock } from '../../host/system-clock.js';
import type { JournalLibrary } from '../../journal/native.js';
import { onceAtRest } from './once-at-rest.js';

/** µs so far. */
function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

/** What V8 can collect where node was started with `--expose-gc`, and what the library lets go. */
export function giveBackAtRest(library: Pick<JournalLibrary, 'giveBack'>): void {
  onceAtRest({ clock: systemClock, processor: processorTime }, () => {
    globalThis.gc?.();
    library.giveBack();
  });
}
