/** Whether running units never logged anything. Invariant: what the journal does not hold any more is not taken for nothing. */
import type { Entry } from '../../core/entry.js';
import type { JournalSource } from '../../core/journal-source.js';
import type { UnitState } from '../../core/unit-state.js';
import { F2bError } from '../../errors.js';
import type { OpenJournal } from './journal-consumer.js';

/** What systemd and many others write all the time, and never into the journal of a user, which would be kept for longer. */
const OF_ROOT = ['_UID=0'];

/**
 * True when the journal, opened for one look, has nothing of them, and goes back to before each of them was started; false
 * also when that cannot be told.
 */
export function neverLogged(
  openHistory: OpenJournal,
  units: readonly Pick<UnitState, 'id' | 'activeSince'>[],
  source: JournalSource | undefined,
): boolean {
  const started = Math.min(...units.map(({ activeSince }) => activeSince ?? 0));
  const oldest = (matches: readonly (readonly string[])[]) => oldestEntry(openHistory(matches, [], source));
  try {
    if (oldest(units.map(({ id }) => [`_SYSTEMD_UNIT=${id}`])) !== undefined) return false;
    const first = oldest([OF_ROOT]);
    return first !== undefined && first.receivedAt < started;
  } catch (error) {
    if (error instanceof F2bError) return false;
    throw error;
  }
}

function oldestEntry(journal: ReturnType<OpenJournal>): Entry | undefined {
  try {
    journal.seek({ kind: 'head' });
    return journal.read(1)[0];
  } finally {
    journal.close();
  }
}
