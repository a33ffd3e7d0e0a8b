/** pam_unix 1.5: support.c, behind cockpit-session. */

import type { HostileTable } from '../support/hostile/table.js';
import { printable } from '../support/hostile/text.js';

export const table: HostileTable = {
  line: 'host cockpit-session[7]: ',
  transport: 'syslog',
  options: [{}],
  fields: {
    user: { honest: 'anna', max: 100, write: printable },
  },
  messages: [
    {
      logs: [
        'pam_unix(cockpit:auth): authentication failure; logname= uid=0 euid=0 tty= ruser= rhost={peer}  user={user}',
      ],
    },
    { logs: ['pam_unix(cockpit:session): session opened for user {user}(uid=1000) by (uid=0)'], counts: [] },
  ],
};
