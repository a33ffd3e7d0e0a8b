import { EVENT_FIELDS, TRUSTED_FIELDS, trustedMatches } from '../events/fields.js';
import { findUser } from '../host/find-user.js';
import { bootId } from '../journal/boot-id.js';
import { openLiveJournal } from '../journal/live-journal.js';
import type { JournalLibrary } from '../journal/native.js';
import type { LiveJournal } from '../ports/journal.js';

/** The agent's events in this machine's journal, or in journal files in another folder, as the agent's user or root wrote them. */
export function openAgentEvents(library: JournalLibrary, journalDirectory: string | undefined): LiveJournal {
  return openLiveJournal({
    library,
    matches: trustedMatches(findUser('f2b') ?? process.geteuid?.()),
    fields: [...EVENT_FIELDS, ...TRUSTED_FIELDS],
    presentBoot: bootId(),
    ...(journalDirectory !== undefined && { directory: journalDirectory }),
  });
}
