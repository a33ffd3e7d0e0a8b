/** Apache httpd 2.4: server/core.c, server/protocol.c, server/request.c. */
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
    sent: { honest: '\x16\x03\x01', write: escapeLogItem },
    agent: { honest: 'Mozilla/5.0', write: escapeLogItem },
  },
  messages: [
    { logs: [`${start('core')}AH00135: Invalid method in request {path}, referer: {referrer}`] },
    { logs: [`${start('core')}AH00126: Invalid URI in request '/{path}' 'GET /{path} HTTP/1.1', referer: {referrer}`] },
    { logs: [`${start('core')}AH10244: invalid URI path (/{path}), referer: {referrer}`] },
    { logs: [`${start('core')}AH00561: Request header exceeds LimitRequestFieldSize: {path}, referer: {referrer}`] },
    {
      logs: [
        '[core:error] [pid 7] (36)File name too long: [client {peer}:50000] AH00127: Cannot map GET /{path} HTTP/1.1 to file',
      ],
    },
    { logs: ['{peer} - - [28/Nov/2026:20:00:00 +0000] "{sent}" 400 226 "-" "{agent}"'] },
    { logs: ['{peer} - - [28/Nov/2026:20:00:00 +0000] "GET / HTTP/1.1" 200 226 "-" "{agent}"'], counts: [] },
    { logs: [`${start('core')}AH00128: File does not exist: /srv/{path}, referer: {referrer}`], counts: [] },
  ],
};
