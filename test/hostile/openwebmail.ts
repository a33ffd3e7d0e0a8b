/** Open WebMail 2.53: shares/ow-shared.pl, writelog(). What a newline in a name does is said in units/openwebmail.conf. */
import type { HostileTable } from '../support/hostile/table.js';

export const table: HostileTable = {
  line: 'mail openwebmail[7]: ',
  transport: 'stdout',
  options: [{}],
  fields: { user: { honest: 'anna', write: (text) => text.replace(/[\r\n\0]/g, '') } },
  messages: [
    { logs: ['Sat Nov 28 20:00:00 2026 - [72926] ({peer}) {user} - login error - no such user - loginname={user}'] },
    { logs: ['Sat Nov 28 20:00:00 2026 - [72926] ({peer}) anna - login - active=1,0,0'], counts: [] },
  ],
};
