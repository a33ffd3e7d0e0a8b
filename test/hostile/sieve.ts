/** Cyrus 3.6: timsieved/parser.c. */

import type { HostileTable } from '../support/hostile/table.js';
import { printable } from '../support/hostile/text.js';

export const table: HostileTable = {
  line: 'mx cyrus/sieve[7]: ',
  transport: 'syslog',
  options: [{}],
  fields: {
    user: { honest: 'anna', max: 500, write: printable },
  },
  messages: [
    { logs: ['badlogin: host.example.net [{peer}] PLAIN authentication failure'] },
    { logs: ['login: host.example.net [{peer}] {user} PLAIN User logged in'], counts: [] },
  ],
};
