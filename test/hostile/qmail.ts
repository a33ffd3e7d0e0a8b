/** vpopmail 5.4: vchkpw.c. */

import type { HostileTable } from '../support/hostile/table.js';
import { printable } from '../support/hostile/text.js';

export const table: HostileTable = {
  line: 'mx vpopmail[7]: ',
  transport: 'syslog',
  options: [{}],
  fields: {
    user: { honest: 'anna@example.org', max: 200, write: printable },
  },
  messages: [
    { logs: ["vchkpw-smtp: password fail (pass: 'x') {user}:{peer}"] },
    { logs: ['vchkpw-pop3: (PLAIN) login success {user}:{peer}'], counts: [] },
  ],
};
