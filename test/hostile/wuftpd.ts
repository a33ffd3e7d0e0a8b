/** wu-ftpd 2.6: ftpd.c. */

import type { HostileTable } from '../support/hostile/table.js';
import { printable } from '../support/hostile/text.js';

export const table: HostileTable = {
  line: 'ftp wu-ftpd[7]: ',
  transport: 'syslog',
  options: [{}],
  fields: {
    user: { honest: 'anna', max: 100, write: printable },
  },
  messages: [
    { logs: ['failed login from host.example.net [{peer}]'] },
    { logs: ['FTP LOGIN REFUSED (username in /etc/ftpusers) FROM host.example.net [{peer}], {user}'] },
    {
      logs: [
        'pam_unix(wu-ftpd:auth): authentication failure; logname= uid=0 euid=0 tty= ruser={user} rhost={peer}  user={user}',
      ],
    },
    { logs: ['FTP LOGIN FROM host.example.net [{peer}], {user}'], counts: [] },
  ],
};
