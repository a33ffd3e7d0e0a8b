/** For what tells of more than the journal: where that cannot be read, the rest is told all the same. */
import { F2bError } from '../errors.js';

/** What `work` gives; where the journal cannot be read, why. */
export async function journalOrWhyNot<T>(work: () => Promise<T>): Promise<T | F2bError> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof F2bError && error.code.startsWith('JOURNAL_')) return error;
    throw error;
  }
}
