/** The folder of journal files that a person named. Invariant: a slip does not look like an empty journal. */
import { F2bError } from '../errors.js';
import type { Dependencies } from './dependencies.js';

/** As a part of what the journal is asked for; nothing where none was named. Throws JOURNAL_MISSING. */
export function journalDirectory(
  directory: string | undefined,
  { freeSpace }: Pick<Dependencies, 'freeSpace'>,
): { readonly directory?: string } {
  if (directory === undefined) return {};
  if (freeSpace(directory) !== undefined) return { directory };
  throw new F2bError('JOURNAL_MISSING', `there is no folder ${directory}`, {
    hint: 'name a folder with journal files, such as /var/log/journal, or leave --directory out for those of this machine',
  });
}
