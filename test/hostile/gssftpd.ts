/** krb5-appl 1.0: ftpd.c. Clients choose nothing of these messages. */
import type { HostileTable } from '../support/hostile/table.js';

export const table: HostileTable = {
  line: 'ftp ftpd[7]: ',
  transport: 'syslog',
  options: [{}],
  fields: {},
  messages: [
    { logs: ['repeated login failures from {peer} (host.example.net)'] },
    { logs: ['connection from {peer} (host.example.net)'], counts: [] },
  ],
};
