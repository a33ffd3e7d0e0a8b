/** xinetd 2.3.15: log.c. Clients choose nothing of these messages. */
import type { HostileTable } from '../support/hostile/table.js';

export const table: HostileTable = {
  line: 'host xinetd[7]: ',
  transport: 'syslog',
  options: [{}],
  fields: {},
  messages: [{ logs: ['FAIL: telnet address from={peer}'] }, { logs: ['START: ftp pid=77 from={peer}'], counts: [] }],
};
