/** Centreon 22: www/class/centreonAuth.class.php, centreonLog.class.php. */
import type { HostileTable } from '../support/hostile/table.js';

export const table: HostileTable = {
  line: 'mon centreon[7]: ',
  transport: 'stdout',
  options: [{}],
  fields: { user: { honest: 'anna', write: (text) => text.replace(/[\r\n\0]/g, '') } },
  messages: [
    { logs: ["2026-11-28 20:00:00|-1|0|0|[WEB] [{peer}] Authentication failed for '{user}' : password mismatch"] },
    { logs: ["2026-11-28 20:00:00|1|0|0|[WEB] [{peer}] Authentication succeeded for '{user}'"], counts: [] },
  ],
};
