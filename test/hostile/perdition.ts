/** Perdition 2.2: perdition.c. */

import type { HostileTable } from '../support/hostile/table.js';
import { printable } from '../support/hostile/text.js';

export const table: HostileTable = {
  line: 'mx perdition.imap4s[7]: ',
  transport: 'syslog',
  options: [{}],
  fields: {
    user: { honest: 'anna', max: 500, write: printable },
  },
  messages: [
    {
      logs: [
        'Auth: {peer}:40000->192.0.2.9:993 client-secure=ssl authorisation_id=NONE authentication_id="{user}" server="imap.example.org:993" protocol=IMAP4S server-secure=ssl status="failed: Re-Authentication Failure"',
      ],
    },
    {
      logs: [
        'Auth: {peer}:40000->192.0.2.9:993 client-secure=ssl authorisation_id=NONE authentication_id="{user}" server="imap.example.org:993" protocol=IMAP4S server-secure=ssl status="ok"',
      ],
      counts: [],
    },
  ],
};
