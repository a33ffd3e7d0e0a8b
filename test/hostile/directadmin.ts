/** DirectAdmin 1.6: login.log; names are written as in a URL. */
import type { HostileTable } from '../support/hostile/table.js';

export const table: HostileTable = {
  line: 'panel directadmin[7]: ',
  transport: 'stdout',
  options: [{}],
  fields: { user: { honest: 'anna', write: (text) => encodeURIComponent(text.replace(/[^\x20-\x7e]/g, '')) } },
  messages: [
    { logs: ["2026:11:28-20:00:00: '{peer}' 2 failed login attempts. Account '{user}'"] },
    { logs: ["2026:11:28-20:00:00: '{peer}' 2 failed login attempts. Invalid account '{user}'"] },
    { logs: ["2026:11:28-20:00:00: '{peer}' successful login to '{user}' after 1 attempts"], counts: [] },
  ],
};
