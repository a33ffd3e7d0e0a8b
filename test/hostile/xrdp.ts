/** xrdp 0.9.21: sesman.c. */

import type { HostileTable } from '../support/hostile/table.js';
import { printable } from '../support/hostile/text.js';

export const table: HostileTable = {
  line: 'host xrdp-sesman[7]: ',
  transport: 'syslog',
  options: [{}],
  fields: {
    user: { honest: 'anna', max: 256, write: printable },
  },
  messages: [
    { logs: ['[INFO ] AUTHFAIL: user={user} ip={peer} time=1767258000'] },
    { logs: ['[INFO ] Received system login request from xrdp for user: {user} IP: {peer}'], counts: [] },
  ],
};
