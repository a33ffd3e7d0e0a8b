/**
 * Rebuilds the filters' sessions (F-MLFID) at a start: re-reads the entries shortly before the saved position
 * without counting them, then stands right after it.
 */
import { nextTurn } from '../../async/next-turn.js';
import type { Entry } from '../../core/entry.js';
import { MICROS_PER_SECOND } from '../../core/time.js';
import type { Journal, Position, SeekOutcome } from '../../ports/journal.js';

/** At least as long as a session may last. µs */
export const SESSION_WINDOW = 600 * MICROS_PER_SECOND;
const BATCH = 1_000;

/**
 * Seeks to just after `position`; answers how exact that was. In a storm these are millions of entries: other work,
 * the watchdog among it, has its turn after each batch.
 */
export async function warmUp(
  journal: Journal,
  position: Position,
  feed: (entries: readonly Entry[]) => void,
): Promise<SeekOutcome> {
  journal.seek({ kind: 'since', since: position.receivedAt - SESSION_WINDOW });
  for (let entries = journal.read(BATCH); entries.length > 0; entries = journal.read(BATCH)) {
    const at = entries.findIndex((entry) => entry.cursor === position.cursor || entry.receivedAt > position.receivedAt);
    feed(at === -1 ? entries : entries.slice(0, entries[at]?.cursor === position.cursor ? at + 1 : at));
    if (at !== -1) break;
    await nextTurn();
  }
  return journal.seek({ kind: 'cursor', cursor: position.cursor, receivedAt: position.receivedAt });
}
