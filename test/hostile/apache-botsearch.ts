/** Apache httpd 2.4: server/core.c, mod_cgid.c. */
import { escapeErrorItem, escapeLogItem } from '../support/hostile/apache.js';
import type { HostileTable } from '../support/hostile/table.js';

const start = (module: string) => `[${module}:error] [pid 7:tid 8] [client {peer}:50000] `;
const field = (honest: string) => ({ honest, write: escapeErrorItem });

export const table: HostileTable = {
  line: 'web apache2[7]: ',
  transport: 'syslog',
  limit: 8191,
  options: [{}],
  fields: {
    path: field('x.php'),
    referrer: field('https://b/'),
    query: { honest: 'x', write: escapeLogItem },
    agent: { honest: 'Mozilla/5.0', write: escapeLogItem },
  },
  messages: [
    { logs: [`${start('core')}AH00128: File does not exist: /srv/wp-login.php, referer: {referrer}`] },
    { logs: [`${start('core')}AH00128: File does not exist: /srv/{path}, referer: {referrer}`], counts: [] },
    { logs: ['{peer} - - [28/Nov/2026:20:00:00 +0000] "GET /?f=/etc/passwd&g={query} HTTP/1.1" 200 1 "-" "{agent}"'] },
    { logs: ['{peer} - - [28/Nov/2026:20:00:00 +0000] "GET / HTTP/1.1" 200 1 "-" "{agent}"'], counts: [] },
    {
      logs: [
        `${start('cgid')}AH01264: script not found or unable to stat: /usr/lib/cgi-bin/{path}, referer: {referrer}`,
      ],
    },
    {
      logs: [
        `${start('core')}AH00037: Symbolic link not allowed or link target not accessible: /srv/{path}, referer: {referrer}`,
      ],
      counts: [],
    },
  ],
};
