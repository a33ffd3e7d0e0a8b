/** Entries of the last time, newest first; none where the journal may not be read, which is said elsewhere. */
import type { Entry } from '../../core/entry.js';
import type { Dependencies, JournalRequest } from '../dependencies.js';
import { batches } from '../event-reader.js';

/** `most`: reading ends there, however much there is. `since` is µs since the epoch. */
export async function recentEntries(
  { openJournal }: Pick<Dependencies, 'openJournal'>,
  request: JournalRequest,
  since: number,
  most: number,
): Promise<readonly Entry[]> {
  const found: Entry[] = [];
  try {
    const journal = await openJournal(request);
    try {
      journal.seek({ kind: 'tail' });
      for (const entries of batches((limit) => journal.readBackwards(Math.min(limit, most - found.length)))) {
        found.push(...entries.filter(({ receivedAt }) => receivedAt >= since));
        if (found.length >= most || entries.some(({ receivedAt }) => receivedAt < since)) break;
      }
    } finally {
      journal.close();
    }
  } catch {
    return found;
  }
  return found;
}
