/** sendmail 8.17: srvrsmtp.c. What is not printable is written as a question mark or escaped. */

import type { HostileTable } from '../support/hostile/table.js';
import { printable } from '../support/hostile/text.js';

export const table: HostileTable = {
  line: 'mx sm-mta[7]: ',
  transport: 'syslog',
  limit: 1024,
  options: [{}],
  fields: {
    user: { honest: 'anna', max: 256, write: printable },
  },
  messages: [
    {
      logs: [
        '5BQ1r3Xk000010: AUTH failure (LOGIN): authentication failure (-13) SASL(-13): authentication failure: checkpass failed, user={user}, relay=host.example.net [{peer}]',
      ],
    },
    {
      logs: [
        '5BQ1r3Xk000010: from=<{user}>, size=1000, class=0, nrcpts=1, proto=ESMTP, daemon=MTA, relay=host.example.net [{peer}]',
      ],
      counts: [],
    },
  ],
};
