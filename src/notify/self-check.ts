/**
 * Entries by which the agent hears itself. They say nothing, and are written as sshd writes a failure: what keeps them
 * out of the journal (MaxLevelStore=, Storage=) keeps failures out too.
 */
import { randomUUID } from 'node:crypto';
import type { SelfCheck } from '../ports/self-check.js';
import { IDENTIFIER } from './journal-events.js';
import { selfCheckId } from './message-ids.js';

const FIELD = 'F2B_SELF_CHECK';
/** LOG_INFO: that of a wrong password. */
const PRIORITY = 6;

/**
 * `write`: takes lines `FIELD=value`; false when they could not be written at once. `uid`: the user this process runs as.
 */
export function createSelfCheck(write: (lines: readonly string[]) => boolean, uid: number): SelfCheck {
  const run = randomUUID();
  const isOne: SelfCheck['isOne'] = ({ fields }) =>
    fields['MESSAGE_ID'] === selfCheckId && fields['_UID'] === String(uid);
  return {
    match: [`MESSAGE_ID=${selfCheckId}`, `_UID=${uid}`],
    fields: ['MESSAGE_ID', '_UID', FIELD],
    send: (number) =>
      write([
        `MESSAGE=self-check ${number}`,
        `MESSAGE_ID=${selfCheckId}`,
        `PRIORITY=${PRIORITY}`,
        `SYSLOG_IDENTIFIER=${IDENTIFIER}`,
        `${FIELD}=${run} ${number}`,
      ]),
    isOne,
    numberOf(entry) {
      const [of, number] = entry.fields[FIELD]?.split(' ') ?? [];
      return isOne(entry) && of === run ? Number(number) : undefined;
    },
  };
}
