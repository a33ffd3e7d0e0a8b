/** nginx 1.22 and 1.26: ngx_http_auth_basic_module.c, ngx_http_auth_pam_module.c, ngx_http_request.c, ngx_log.c. */
import { clientAfter, errorLog, escaped, fields } from '../support/hostile/nginx.js';
import type { HostileTable } from '../support/hostile/table.js';

/** What stands before the first colon of the credentials. */
const write = (text: string) => text.replaceAll(':', '').replaceAll('\0', '');
const user = { honest: 'anna', write };
const loggedUser = { of: 'user', honest: 'anna', write: (text: string) => escaped(write(text)) };
const refused = '[28/Nov/2026:20:00:00 +0000] "GET {path} HTTP/1.1" 401 179 "{loggedReferrer}" "{agent}"';

export const table: HostileTable = {
  ...errorLog,
  options: [...['normal', 'auth', 'fallback', 'aggressive'].map((mode) => ({ mode })), { log: 'access' }],
  fields: { ...fields, user, loggedUser },
  messages: [
    ...[
      'user "{user}": password mismatch',
      'user "{user}" was not found in "/etc/nginx/.htpasswd"',
      "PAM: user '{user}' - not authenticated: Authentication failure",
    ].map((text) => ({
      logs: [`2026/11/28 20:00:00 [error] 7#7: *1 ${text}${clientAfter}`],
      counts: ['normal', 'auth', 'aggressive'],
    })),
    {
      logs: [
        '2026/11/28 20:00:00 [info] 7#7: *1 client login failed: "Invalid login or password" while in http auth state, client: {peer}, server: 0.0.0.0:143, login: "{user}"',
      ],
      counts: ['normal', 'auth', 'aggressive'],
    },
    {
      logs: [
        '2026/11/28 20:00:00 [crit] 7#7: *1 SSL_do_handshake() failed (SSL: error:0A00006C:SSL routines::bad key share) while SSL handshaking, client: {peer}, server: 0.0.0.0:443',
      ],
      counts: ['fallback', 'aggressive'],
    },
    { logs: [`{peer} - {loggedUser} ${refused}`], counts: [''] },
    { logs: [`{peer} - - ${refused}`], counts: [] },
    {
      logs: [
        `2026/11/28 20:00:00 [error] 7#7: *1 open() "/srv{decoded}" failed (2: No such file or directory)${clientAfter}`,
      ],
      counts: [],
    },
    { logs: [`2026/11/28 20:00:00 [error] 7#7: *1 access forbidden by rule${clientAfter}`], counts: [] },
  ],
};
