import { EVENT_FIELDS, EVENT_MATCHES, TRUSTED_FIELDS } from '../events/fields.js';
import { bootId } from '../journal/boot-id.js';
import { openLiveJournal } from '../journal/live-journal.js';
import type { JournalLibrary } from '../journal/native.js';
import type { LiveJournal } from '../ports/journal.js';

/** The agent's events in this machine's journal, or in journal files in another folder. */
export function openAgentEvents(library: JournalLibrary, journalDirectory: string | undefined): LiveJournal {
  return openLiveJournal({
    library,
    matches: EVENT_MATCHES,
    fields: [...EVENT_FIELDS, ...TRUSTED_FIELDS],
    presentBoot: bootId(),
    ...(journalDirectory !== undefined && { directory: journalDirectory }),
  });
}
