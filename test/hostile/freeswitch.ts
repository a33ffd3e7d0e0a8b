/** FreeSWITCH 1.10: sofia_reg.c. */

import type { HostileTable } from '../support/hostile/table.js';
import { oneLine } from '../support/hostile/text.js';

export const table: HostileTable = {
  line: 'pbx freeswitch[7]: ',
  transport: 'syslog',
  options: [{ mode: 'normal' }, { mode: 'ddos' }, { mode: 'extra' }, { mode: 'aggressive' }],
  fields: {
    user: { honest: '100', max: 300, write: oneLine },
  },
  messages: [
    {
      logs: [
        "2026-01-01 10:00:00.123456 [WARNING] sofia_reg.c:1792 SIP auth failure (REGISTER) on sofia profile 'internal' for [{user}@192.0.2.9] from ip {peer}",
      ],
      counts: ['normal', 'extra', 'aggressive'],
    },
    {
      logs: [
        "2026-01-01 10:00:00.123456 [WARNING] sofia_reg.c:1737 SIP auth challenge (REGISTER) on sofia profile 'internal' for [{user}@192.0.2.9] from ip {peer}",
      ],
      counts: ['ddos', 'aggressive'],
    },
    {
      logs: ["2026-01-01 10:00:00.123456 [WARNING] sofia_reg.c:2902 Can't find user [{user}@192.0.2.9] from {peer}"],
      counts: ['normal', 'extra', 'aggressive'],
    },
    {
      // With the domain that the client asked for in a second line, whose newline journald or the log writes out.
      logs: [
        "2026-01-01 10:00:00.123456 [WARNING] sofia_reg.c:2902 Can't find user [{user}@192.0.2.9] from {peer}\\nYou must define a domain called '{user}' in your directory and add a user with the id=\"{user}\" attribute",
      ],
      counts: ['normal', 'extra', 'aggressive'],
    },
  ],
};
