/** Apache httpd 2.4: server/core.c, mod_cgid.c, mod_proxy_fcgi.c; mod_php. */
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
    { logs: [`${start('php')}script '/srv/{path}' not found or unable to stat, referer: {referrer}`] },
    {
      logs: [
        `${start('cgid')}AH01264: script not found or unable to stat: /usr/lib/cgi-bin/{path}, referer: {referrer}`,
      ],
    },
    { logs: [`${start('core')}AH00128: File does not exist: /srv/{path}, referer: {referrer}`] },
    { logs: [`${start('proxy_fcgi')}AH01071: Got error 'Primary script unknown', referer: {referrer}`] },
    {
      logs: [
        `${start('fastcgi')}FastCGI: server "/usr/lib/cgi-bin/php" stderr: Primary script unknown, referer: {referrer}`,
      ],
    },
    {
      logs: [`${start('proxy_fcgi')}AH01071: Got error 'PHP message: PHP Notice: {path}', referer: {referrer}`],
      counts: [],
    },
  ],
};
