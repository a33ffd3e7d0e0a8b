/** lighttpd 1.4.69 and 1.4.79: mod_auth.c, log.c. */
import type { HostileTable } from '../support/hostile/table.js';

export const table: HostileTable = {
  line: 'web lighttpd[7]: ',
  transport: 'syslog',
  options: [{}],
  fields: { path: { honest: 'x' }, user: { honest: 'anna' } },
  messages: [
    { logs: ["(mod_auth.c.851) password doesn't match for /{path} username: {user} IP: {peer}"] },
    { logs: ['(mod_auth.c.1535) digest: auth failed for {user}: wrong password, IP: {peer}'] },
    { logs: ['(mod_auth.c.1421) digest: auth failed: uri mismatch (/{path} != {user}), IP: {peer}'] },
    { logs: ["(mod_auth.c.805) missing ':' in {user}"], counts: [] },
    { logs: ['(mod_auth.c.1391) digest: ({user}): missing field'], counts: [] },
  ],
};
