/** ASSP 2. */

import type { HostileTable } from '../support/hostile/table.js';
import { printable } from '../support/hostile/text.js';

function address(text: string): string {
  return printable(text).replace(/ /g, '') || 'x';
}

export const table: HostileTable = {
  line: 'mx assp[7]: ',
  transport: 'syslog',
  options: [{}],
  fields: {
    sender: { honest: 'x@example.com', max: 250, write: printable },
    rcpt: { honest: 'a@example.net', max: 250, write: address },
  },
  messages: [
    {
      logs: [
        'm1-25391-06124 [Worker_1] [TLS-out] [RelayAttempt] {peer} <{sender}> to: {rcpt} relay attempt blocked for: {rcpt}',
      ],
    },
    { logs: ['m1-25391-06124 [Worker_1] {peer} <{sender}> to: {rcpt} message ok'], counts: [] },
  ],
};
