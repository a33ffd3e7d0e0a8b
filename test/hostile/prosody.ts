/** mod_log_auth of prosody-modules. */

import type { HostileTable } from '../support/hostile/table.js';
import { oneLine } from '../support/hostile/text.js';

export const table: HostileTable = {
  line: 'xmpp prosody[7]: ',
  transport: 'syslog',
  options: [{}],
  fields: {
    user: { honest: 'anna', max: 500, write: oneLine },
  },
  messages: [
    {
      logs: [
        'example.org:log_auth\tinfo\tFailed authentication attempt (not-authorized) for user {user} from IP: {peer}',
      ],
    },
    {
      logs: [
        'c2s5570dc1cdb00: Failed authentication attempt (not-authorized) for user {user}@example.org from IP: {peer}',
      ],
    },
    { logs: ['c2s55d0\tinfo\tAuthenticated as {user}@example.org'], counts: [] },
  ],
};
