/**
 * The entry that journald writes when it has dropped messages of a unit that exceeded its rate limit.
 * Only journald's own word counts: it alone writes entries of the transport `driver`.
 */
import type { Entry } from './entry.js';

/** SD_MESSAGE_JOURNAL_DROPPED of sd-messages.h. */
const MESSAGE_ID = 'a596d6fe7bfa4994828e72309e95d61e';

/** Fields that these entries are read by. */
export const DROPPED_FIELDS = ['MESSAGE_ID', '_TRANSPORT', 'OBJECT_SYSTEMD_UNIT', 'N_DROPPED'] as const;

/** The journal's match for them. */
export const DROPPED_MATCH: readonly string[] = [`MESSAGE_ID=${MESSAGE_ID}`, '_TRANSPORT=driver'];

export function tellsOfDropped({ fields }: Entry): boolean {
  return fields['MESSAGE_ID'] === MESSAGE_ID && fields['_TRANSPORT'] === 'driver';
}

/** The unit that messages were dropped of; undefined when the entry does not say. */
export function unitOfDropped({ fields, line }: Entry): string | undefined {
  return fields['OBJECT_SYSTEMD_UNIT'] ?? /\bSuppressed \d+ messages from (\S+)$/.exec(line)?.[1]?.replace(/^.*\//, '');
}

/** How many; undefined when the entry does not say. */
export function countOfDropped({ fields }: Entry): number | undefined {
  const dropped = /^\d{1,15}$/.exec(fields['N_DROPPED'] ?? '')?.[0];
  return dropped === undefined ? undefined : Number(dropped);
}
