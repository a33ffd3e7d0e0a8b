/** nfs-utils 2.6: mountd/auth.c. */

import type { HostileTable } from '../support/hostile/table.js';
import { printable } from '../support/hostile/text.js';

export const table: HostileTable = {
  line: 'nas rpc.mountd[7]: ',
  transport: 'syslog',
  options: [{}],
  fields: {
    path: { honest: '/srv/x', max: 1024, write: printable },
  },
  messages: [
    { logs: ['refused mount request from {peer} for {path} (/srv): unmatched host'] },
    { logs: ['authenticated mount request from {peer}:900 for {path} (/srv)'], counts: [] },
  ],
};
