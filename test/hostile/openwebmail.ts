/** Open WebMail 2.53: shares/ow-shared.pl, writelog(). */
import type { HostileTable } from '../support/hostile/table.js';

export const table: HostileTable = {
  line: 'mail openwebmail[7]: ',
  transport: 'syslog',
  options: [{}],
  fields: { user: { honest: 'anna' } },
  messages: [
    { logs: ['Sat Nov 28 20:00:00 2026 - [72926] ({peer}) {user} - login error - no such user - loginname={user}'] },
    { logs: ['Sat Nov 28 20:00:00 2026 - [72926] ({peer}) anna - login - active=1,0,0'], counts: [] },
  ],
};
