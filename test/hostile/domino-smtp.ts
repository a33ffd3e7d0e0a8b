/** HCL Domino 12: console.log. */
import type { HostileTable } from '../support/hostile/table.js';

export const table: HostileTable = {
  line: 'mail domino[7]: ',
  transport: 'syslog',
  options: [{}],
  fields: { user: { honest: 'anna' } },
  messages: [
    { logs: ['28-11-2026 20:00:00   SMTP Server: Authentication failed for user {user} ; connecting host {peer}'] },
    { logs: ['28-11-2026 20:00:00   smtp: {user} [{peer}] authentication failure using internet password'] },
    { logs: ['28-11-2026 20:00:00   SMTP Server: Message from {user} received'], counts: [] },
  ],
};
