/** Apache httpd 2.4: mod_log_config.c, the combined format. */
import { escapeLogItem } from '../support/hostile/apache.js';
import type { HostileTable } from '../support/hostile/table.js';

const line = '{peer} - {account} [28/Nov/2026:20:00:00 +0000] "GET /{path} HTTP/1.1" 404 153 "{referrer}"';

export const table: HostileTable = {
  line: 'web apache2[7]: ',
  transport: 'syslog',
  options: [{}],
  fields: {
    account: { honest: '-', write: escapeLogItem },
    path: { honest: 'x', write: escapeLogItem },
    referrer: { honest: '-', write: escapeLogItem },
    agent: { honest: 'x', write: escapeLogItem },
  },
  messages: [{ logs: [`${line} "{agent} Nikto/2.5"`] }, { logs: [`${line} "{agent}"`], counts: [] }],
};
