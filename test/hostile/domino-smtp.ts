/** HCL Domino 12, its console log. */

import type { HostileTable } from '../support/hostile/table.js';
import { printable } from '../support/hostile/text.js';

export const table: HostileTable = {
  line: 'mail domino[7]: ',
  transport: 'stdout',
  options: [{}],
  fields: { user: { honest: 'anna', max: 250, write: printable } },
  messages: [
    { logs: ['SMTP Server: Authentication failed for user {user} ; connecting host [{peer}]'] },
    { logs: ['smtp: {user} [{peer}] authentication failure using internet password'] },
    { logs: ['SMTP Server: Connection from [{peer}] rejected for policy reasons.'] },
  ],
};
