/** Cowrie 2.5. Accounts and passwords are written as Python writes bytes. */

import type { HostileTable } from '../support/hostile/table.js';
import { printable } from '../support/hostile/text.js';

export const table: HostileTable = {
  line: 'pot cowrie[7]: ',
  transport: 'stdout',
  options: [{}],
  fields: {
    user: { honest: 'root', max: 250, write: printable },
  },
  messages: [
    {
      logs: ["2026-01-01T10:00:00.123456Z [HoneyPotSSHTransport,12,{peer}] login attempt [b'{user}'/b'{user}'] failed"],
    },
    { logs: ['2026-01-01T10:00:00.123456Z [HoneyPotSSHTransport,12,{peer}] CMD: {user}'], counts: [] },
  ],
};
