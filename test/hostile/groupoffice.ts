/** Group-Office 6: log of logins. What a newline in a name does is said in units/groupoffice.conf. */
import type { HostileTable } from '../support/hostile/table.js';

export const table: HostileTable = {
  line: 'crm groupoffice[7]: ',
  transport: 'stdout',
  options: [{}],
  fields: { user: { honest: 'anna', write: (text) => text.replace(/[\r\n\0]/g, '') } },
  messages: [
    { logs: ['[2026-11-28 20:00:00]LOGIN FAILED for user: "{user}" from IP: {peer}'] },
    { logs: ['[2026-11-28 20:00:00]LOGIN SUCCESS for user: "{user}" from IP: {peer}'], counts: [] },
  ],
};
