/** UW-IMAP 2007: imapd.c, ipop3d.c: each text has 80 characters at most. */

import type { HostileTable } from '../support/hostile/table.js';
import { printable } from '../support/hostile/text.js';

export const table: HostileTable = {
  line: 'mx imapd[7]: ',
  transport: 'syslog',
  options: [{}],
  fields: {
    user: { honest: 'anna', max: 80, write: printable },
  },
  messages: [
    { logs: ['Login failed user={user} auth={user} host=host.example.net [{peer}]'] },
    { logs: ['Logout user={user} host=host.example.net [{peer}]'], counts: [] },
  ],
};
