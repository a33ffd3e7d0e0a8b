/** ProFTPD 1.3.8: mod_auth.c, mod_sftp's auth-publickey.c, log.c. Commands are lines, and may hold anything else. */
import type { HostileTable } from '../support/hostile/table.js';

function command(text: string): string {
  return text.replace(/[\n\r\0]/g, '');
}

export const table: HostileTable = {
  line: 'ftp proftpd[7]: ',
  transport: 'syslog',
  limit: 1024,
  options: [{}],
  fields: {
    user: { honest: 'anna', max: 256, write: command },
  },
  messages: [
    { logs: ['ftp.example.org ({peer}[{peer}]) - USER {user} (Login failed): Incorrect password'] },
    {
      logs: [
        'ftp.example.org ({peer}[{peer}]) - USER {user}: no such user found from {peer} [{peer}] to 198.51.100.1:21',
      ],
    },
    { logs: ['ftp.example.org ({peer}[{peer}]) - USER {user}: Limit access denies login'] },
    {
      logs: [
        'pam_unix(proftpd:auth): authentication failure; logname= uid=0 euid=0 tty=/dev/ftpd7 ruser={user} rhost={peer}  user={user}',
        'ftp.example.org ({peer}[{peer}]) - USER {user} (Login failed): Incorrect password',
      ],
    },
    { logs: ['ftp.example.org ({peer}[{peer}]) - FTP session closed.'], counts: [] },
    {
      logs: [
        "ftp.example.org ({peer}[{peer}]): USER {user} (Login failed): authentication via 'ssh-rsa' public key failed",
      ],
      counts: [],
    },
    // Whom it lets in.
    { logs: ['ftp.example.org ({peer}[{peer}]): USER {user}: Login successful'] },
    { logs: ["ftp.example.org ({peer}[{peer}]) - Refusing empty password from user '{user}'"] },
  ],
};
