/** WP fail2ban 5: feature/*.php; nginx and Apache, the combined format. */
import { escapeLogItem } from '../support/hostile/apache.js';
import type { HostileTable } from '../support/hostile/table.js';

/** sanitize_user(): tags and NULs go, white space becomes a blank. */
function sanitized(text: string): string {
  return text.replaceAll('\0', '').replace(/\s+/g, ' ');
}

export const table: HostileTable = {
  line: 'web wordpress(example.org)[7]: ',
  transport: 'syslog',
  options: [{ mode: 'normal' }, { mode: 'aggressive' }],
  fields: { user: { honest: 'anna', write: sanitized }, path: { honest: 'x', write: escapeLogItem } },
  messages: [
    { logs: ['Authentication failure for {user} from {peer}'] },
    { logs: ['Authentication attempt for unknown user {user} from {peer}'] },
    { logs: ['Blocked user enumeration attempt from {peer}'] },
    { logs: ['Accepted password for {user} from {peer}'], counts: [] },
    { logs: ['{peer} - - [28/Nov/2026:20:00:00 +0000] "POST /wp-login.php HTTP/1.1" 200 153 "{path}" "{path}"'] },
    { logs: ['{peer} - - [28/Nov/2026:20:00:00 +0000] "GET /{path} HTTP/1.1" 200 153 "{path}" "{path}"'], counts: [] },
    {
      logs: ['{peer} - - [28/Nov/2026:20:00:00 +0000] "POST /xmlrpc.php HTTP/1.1" 200 153 "{path}" "{path}"'],
      counts: ['aggressive'],
    },
  ],
};
