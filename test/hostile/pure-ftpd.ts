/** Pure-FTPd 1.0.50: ftpd.c, log.c: control characters become underscores. */
import type { HostileTable } from '../support/hostile/table.js';

function plain(text: string): string {
  return text.replace(/[\0-\x1f\x7f]/g, '_');
}

export const table: HostileTable = {
  line: 'ftp pure-ftpd[7]: ',
  transport: 'syslog',
  limit: 1024,
  options: [{}],
  fields: {
    user: { honest: 'anna', max: 127, write: plain },
    file: { honest: 'a.txt', max: 300, write: plain },
  },
  messages: [
    { logs: ['(?@{peer}) [WARNING] Authentication failed for user [{user}]'] },
    { logs: ["(?@{peer}) [WARNING] Can't login as [{user}]: account disabled (uid < 1000)"] },
    { logs: ['(anna@{peer}) [NOTICE] /home/anna/{file} uploaded  (5 bytes, 0.01KB/sec)'], counts: [] },
    { logs: ['(?@{peer}) [WARNING] Too many connections (3) from this IP: [{peer}]'] },
    { logs: ['(?@{peer}) [INFO] New connection from {peer}'], counts: [] },
  ],
};
