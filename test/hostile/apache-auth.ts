/** Apache httpd 2.4: server/log.c, mod_auth_basic.c, mod_auth_digest.c, mod_authz_core.c, mod_ssl. */
import { escapeErrorItem } from '../support/hostile/apache.js';
import type { HostileTable } from '../support/hostile/table.js';

const start = (module: string) => `[${module}:error] [pid 7:tid 8] [client {peer}:50000] `;
const field = (honest: string) => ({ honest, write: escapeErrorItem });

export const table: HostileTable = {
  line: 'web apache2[7]: ',
  transport: 'syslog',
  limit: 8191,
  options: [{ mode: 'normal' }, { mode: 'aggressive' }],
  fields: { user: field('anna'), path: field('secret'), host: field('a.example.org'), referrer: field('https://b/') },
  messages: [
    { logs: [`${start('auth_basic')}AH01618: user {user} not found: /{path}, referer: {referrer}`] },
    {
      logs: [
        `${start('auth_basic')}AH01617: user {user}: authentication failure for "/{path}": Password Mismatch, referer: {referrer}`,
      ],
    },
    { logs: [`${start('auth_digest')}AH01788: realm mismatch - got \`{user}' but expected \`x'`] },
    {
      logs: [`${start('authz_core')}AH01630: client denied by server configuration: /srv/{path}, referer: {referrer}`],
    },
    {
      logs: [
        `${start('ssl')}AH02032: Hostname www.example.org provided via SNI and hostname {host} provided via HTTP are different`,
      ],
    },
    {
      logs: [
        `${start('evasive')}[host {host}] [resource "/srv/{path}"] [reason PAGE] client denied by server configuration, referer: {referrer}`,
      ],
      counts: ['aggressive'],
    },
    { logs: [`${start('core')}AH00127: Cannot map GET /{path} HTTP/1.1 to file, referer: {referrer}`], counts: [] },
    { logs: [`${start('php')}PHP Notice:  Undefined index: {user} in /srv/{path} on line 3`], counts: [] },
  ],
};
