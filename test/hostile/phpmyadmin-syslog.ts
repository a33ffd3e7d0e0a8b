/** phpMyAdmin 5.2: libraries/classes/Logging.php. */
import { escapeLogItem } from '../support/hostile/apache.js';
import type { HostileTable } from '../support/hostile/table.js';

/** Up to a NUL, by sanitizeMySQLUser(). PHP writes it as it is, with syslog.filter=raw as the jail asks for. */
function sanitized(text: string): string {
  return text.split('\0')[0] ?? '';
}

export const table: HostileTable = {
  line: 'web phpMyAdmin[7]: ',
  transport: 'syslog',
  options: [{}],
  fields: { user: { honest: 'root', write: sanitized }, referer: { honest: 'pma/', write: escapeLogItem } },
  messages: [
    { logs: ['user denied: {user} (mysql-denied) from {peer}'] },
    { logs: ['user denied: {user} (empty-denied) from {peer}'] },
    {
      logs: [
        '[php:notice] [pid 7] [client {peer}:4001] user denied: {user} (mysql-denied) from {peer}, referer: https://h/{referer}',
      ],
    },
    { logs: ['user authenticated: {user} from {peer}'], counts: [] },
  ],
};
