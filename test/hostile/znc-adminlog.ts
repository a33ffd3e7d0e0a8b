/** ZNC 1.8.2: modules/adminlog.cpp. */

import type { HostileTable } from '../support/hostile/table.js';
import { oneLine } from '../support/hostile/text.js';

export const table: HostileTable = {
  line: 'irc znc[7]: ',
  transport: 'syslog',
  options: [{}],
  fields: {
    user: { honest: 'anna', max: 400, write: oneLine },
  },
  messages: [
    { logs: ['[{user}] failed to login from {peer}'] },
    { logs: ['[anna] connected to ZNC from {peer}'], counts: [] },
  ],
};
