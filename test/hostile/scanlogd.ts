/** scanlogd 2.2.8: scanlogd.c, do_log(). IPv4 only, and no text of a client. */
import type { HostileTable } from '../support/hostile/table.js';

export const table: HostileTable = {
  line: 'gw scanlogd[7]: ',
  transport: 'syslog',
  options: [{}],
  fields: {},
  messages: [
    { logs: ['{peer} to 192.0.2.80 ports 80, 81, 83, ..., fSrpauxy, TOS 00, TTL 49 @20:00:00'] },
    { logs: ['More possible port scans follow'], counts: [] },
  ],
};
