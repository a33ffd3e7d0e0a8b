/** Apache httpd 2.4: ModSecurity 2.9, apache2/re.c. */
import { escapeErrorItem } from '../support/hostile/apache.js';
import type { HostileTable } from '../support/hostile/table.js';

const start = (module: string) => `[${module}:error] [pid 7:tid 8] [client {peer}:50000] `;
const field = (honest: string) => ({ honest, write: escapeErrorItem });

export const table: HostileTable = {
  line: 'web apache2[7]: ',
  transport: 'syslog',
  limit: 8191,
  options: [{}],
  fields: { path: field('x.php'), referrer: field('https://b/') },
  messages: [
    {
      logs: [
        `${start('security2')}[client {peer}] ModSecurity: Access denied with code 403 (phase 2). Pattern match "x" at ARGS:q. [data "{path}"] [hostname "h"], referer: {referrer}`,
      ],
    },
    {
      logs: [
        `${start('security2')}[client {peer}] ModSecurity: Warning. Pattern match "x" at ARGS:q. [data "{path}"] [hostname "h"], referer: {referrer}`,
      ],
      counts: [],
    },
    { logs: [`${start('core')}AH00128: File does not exist: /srv/{path}, referer: {referrer}`], counts: [] },
  ],
};
