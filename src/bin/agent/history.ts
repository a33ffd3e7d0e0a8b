/** The past of the journals that jails name. With a folder given, each of them is what lies there, whatever its name. */
import { ANY_HOST } from '../../core/journal-source.js';
import type { OpenJournal } from '../../daemon/reading/journal-consumer.js';
import type { History } from '../../daemon/reading/unlike-entries.js';
import type { JournalLibrary } from '../../journal/native.js';
import { openJournal } from '../../journal/reader.js';
import { remoteHosts } from '../../journal/remote-hosts.js';

/** `directory`: read instead of this machine's journals; of any host, once, as it has none of theirs. */
export function historyIn(library: JournalLibrary, directory?: string): History {
  if (directory === undefined) {
    const openHistory: OpenJournal = (matches, fields, source) => openJournal({ library, ...source, matches, fields });
    return { openHistory, remoteHosts };
  }
  return {
    openHistory: (matches, fields) => openJournal({ library, directory, matches, fields }),
    remoteHosts: () => [ANY_HOST],
  };
}
