/** Cyrus 3.6: imapd.c; beautify_string() takes out what is not printable. */

import type { HostileTable } from '../support/hostile/table.js';
import { printable } from '../support/hostile/text.js';

export const table: HostileTable = {
  line: 'mx cyrus/imap[7]: ',
  transport: 'syslog',
  options: [{}],
  fields: {
    user: { honest: 'anna', max: 500, write: printable },
  },
  messages: [
    {
      logs: [
        'badlogin: host.example.net [{peer}] plaintext ({user}) [SASL(-13): authentication failure: checkpass failed]',
      ],
    },
    { logs: ['badlogin: [{peer}] plaintext ({user}) invalid user'] },
    { logs: ['login: host.example.net [{peer}] {user} plaintext User logged in'], counts: [] },
    {
      logs: [
        'badlogin: [{peer}] plaintext ({user}) [SASL(-1): generic failure: cannot connect to saslauthd server: Connection refused]',
      ],
      counts: [],
    },
  ],
};
