/** Whether units ever logged anything that a journal still holds. */
import type { JournalSource } from '../../core/journal-source.js';
import { F2bError } from '../../errors.js';
import type { OpenJournal } from './journal-consumer.js';

/** True when that cannot be told. */
export function hasEntries(
  openJournal: OpenJournal,
  units: readonly string[],
  source: JournalSource | undefined,
): boolean {
  const matches = units.map((unit) => [`_SYSTEMD_UNIT=${unit}`]);
  try {
    const journal = openJournal(matches, [], source);
    try {
      journal.seek({ kind: 'head' });
      return journal.read(1).length > 0 || !journal.isAtEnd;
    } finally {
      journal.close();
    }
  } catch (error) {
    if (error instanceof F2bError) return true;
    throw error;
  }
}
