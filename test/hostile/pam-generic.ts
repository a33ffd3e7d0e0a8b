/** Linux-PAM: pam_unix_auth.c and support.c. Names are written as the service has them. */
import type { HostileTable } from '../support/hostile/table.js';

const start = 'pam_unix(login:auth): authentication failure; logname=LOGIN uid=0 euid=0 tty=/dev/tty1';

export const table: HostileTable = {
  line: 'host login[7]: ',
  transport: 'syslog',
  options: [{}],
  fields: { remote: { honest: 'anna' }, user: { honest: 'root' } },
  messages: [
    { logs: [`${start} ruser={remote} rhost={peer}  user={user}`] },
    { logs: [`${start} ruser= rhost={peer} `] },
    { logs: [`${start} ruser={remote} rhost={peer} `] },
    { logs: ['pam_unix(login:auth): check pass; user unknown'], counts: [] },
    { logs: ['pam_unix(login:session): session opened for user {user}(uid=0) by (uid=0)'], counts: [] },
  ],
};
