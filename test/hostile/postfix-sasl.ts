/** Postfix 3.7 and 3.10: smtpd_sasl_glue.c. */

import type { HostileTable } from '../support/hostile/table.js';
import { printable } from '../support/hostile/text.js';

export const table: HostileTable = {
  line: 'mx postfix/smtpd[7]: ',
  transport: 'syslog',
  limit: 2000,
  options: [{}],
  fields: {
    user: { honest: 'bob', max: 100, write: printable },
  },
  messages: [
    {
      logs: [
        'warning: unknown[{peer}]: SASL LOGIN authentication failed: authentication failure, sasl_username={user}',
      ],
    },
    { logs: ['ABC123: client=unknown[{peer}], sasl_method=PLAIN, sasl_username={user}'], counts: [] },
  ],
};
