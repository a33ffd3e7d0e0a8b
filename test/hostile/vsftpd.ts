/** vsftpd 3.0.3: logging.c, str.c: what is not printable in a name becomes a question mark. */

import type { HostileTable } from '../support/hostile/table.js';
import { printable } from '../support/hostile/text.js';

export const table: HostileTable = {
  line: 'ftp vsftpd[7]: ',
  transport: 'syslog',
  options: [{}],
  fields: {
    user: { honest: 'anna', max: 100, write: printable },
    command: { honest: 'USER anna', max: 200, write: printable },
  },
  messages: [
    { logs: ['[{user}] FAIL LOGIN: Client "{peer}"'] },
    { logs: ['[{user}] FAIL LOGIN: Client "{peer}", "User is not in the allow user list."'] },
    {
      logs: [
        'pam_unix(vsftpd:auth): authentication failure; logname= uid=0 euid=0 tty=ftp ruser={user} rhost={peer}',
        '[{user}] FAIL LOGIN: Client "{peer}"',
      ],
    },
    { logs: ['[anna] FTP command: Client "{peer}", "{command}"'], counts: [] },
    { logs: ['[anna] FAIL MKDIR: Client "{peer}", "{command}"'], counts: [] },
    { logs: ['CONNECT: Client "{peer}", "Connection refused: too many sessions for this address."'] },
    { logs: ['CONNECT: Client "{peer}"'], counts: [] },
  ],
};
