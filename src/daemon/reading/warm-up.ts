/**
 * Rebuilds the filters' sessions (F-MLFID) at a start: re-reads the entries shortly before the saved position
 * without counting them, then stands right after it.
 */
import { nextTurn } from '../../async/next-turn.js';
import type { Entry } from '../../core/entry.js';
import { MICROS_PER_SECOND } from '../../core/time.js';
import type { JournalPlace, LiveJournal, SeekResult } from '../../ports/journal.js';

/** At least as long as a session may last. µs */
export const SESSION_WINDOW = 600 * MICROS_PER_SECOND;
const BATCH = 1_000;

/**
 * Seeks to just after `position`; answers how exact that was. In a storm these are millions of entries: other work,
 * the watchdog among it, has its turn after each batch, and once `ending` aborts it rejects with its reason.
 */
export async function warmUp(
  journal: LiveJournal,
  position: JournalPlace,
  feed: (entries: readonly Entry[]) => void,
  ending: AbortSignal,
): Promise<SeekResult> {
  journal.seek({ kind: 'since', since: position.receivedAt - SESSION_WINDOW });
  for (;;) {
    const entries = journal.read(BATCH);
    if (entries.length === 0 && journal.isAtEnd) break;
    const end = entries.findIndex((entry) => !journal.wasSeen(entry, position));
    feed(end === -1 ? entries : entries.slice(0, end));
    if (end !== -1) break;
    await nextTurn();
    ending.throwIfAborted();
  }
  return journal.seek({ kind: 'cursor', cursor: position.cursor, receivedAt: position.receivedAt });
}
