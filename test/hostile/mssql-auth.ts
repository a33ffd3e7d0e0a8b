/** SQL Server 2019: message 18456. Of newlines the jail tells. */

import type { HostileTable } from '../support/hostile/table.js';
import { printable } from '../support/hostile/text.js';

export const table: HostileTable = {
  line: 'db sqlservr[7]: ',
  transport: 'stdout',
  options: [{}],
  fields: {
    user: { honest: 'sa', max: 128, write: printable },
  },
  messages: [
    {
      logs: [
        "2026-01-01 10:00:00.12 Logon       Login failed for user '{user}'. Reason: Could not find a login matching the name provided. [CLIENT: {peer}]",
      ],
    },
    {
      logs: [
        "2026-01-01 10:00:00.12 Logon       Login succeeded for user '{user}'. Connection made using SQL Server authentication. [CLIENT: {peer}]",
      ],
      counts: [],
    },
  ],
};
