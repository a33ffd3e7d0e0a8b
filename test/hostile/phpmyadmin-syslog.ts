/** phpMyAdmin 5.2: libraries/classes/Logging.php. */
import { escapePhpSyslog } from '../support/hostile/php.js';
import type { HostileTable } from '../support/hostile/table.js';

export const table: HostileTable = {
  line: 'web phpMyAdmin[7]: ',
  transport: 'syslog',
  options: [{}],
  fields: { user: { honest: 'root', write: escapePhpSyslog } },
  messages: [
    { logs: ['user denied: {user} (mysql-denied) from {peer}'] },
    { logs: ['user denied: {user} (empty-denied) from {peer}'] },
    { logs: ['user authenticated: {user} from {peer}'], counts: [] },
  ],
};
