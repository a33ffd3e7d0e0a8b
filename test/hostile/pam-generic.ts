/** Linux-PAM: pam_unix_auth.c and support.c. Names are written as the service has them, up to a NUL. */
import type { HostileTable } from '../support/hostile/table.js';

const start = 'pam_unix(login:auth): authentication failure; logname=LOGIN uid=0 euid=0 tty=/dev/tty1';

function untilNul(text: string): string {
  return text.split('\0')[0] ?? '';
}

export const table: HostileTable = {
  line: 'host login[7]: ',
  transport: 'syslog',
  options: [{}],
  fields: { remote: { honest: 'anna', write: untilNul }, user: { honest: 'root', write: untilNul } },
  messages: [
    { logs: [`${start} ruser={remote} rhost={peer}  user={user}`] },
    { logs: [`${start} ruser= rhost={peer} `] },
    { logs: [`${start} ruser={remote} rhost={peer} `] },
    { logs: ['pam_unix(login:auth): check pass; user unknown'], counts: [] },
    { logs: ['pam_unix(login:session): session opened for user {user}(uid=0) by (uid=0)'], counts: [] },
  ],
};
