/** Murmur 1.3.4: Messages.cpp. What a newline in a name does is said in units/murmur.conf. */

import type { HostileTable } from '../support/hostile/table.js';
import { oneLine } from '../support/hostile/text.js';

export const table: HostileTable = {
  line: 'voice murmurd[7]: ',
  transport: 'stdout',
  options: [{}],
  fields: {
    user: { honest: 'anna', max: 512, write: oneLine },
  },
  messages: [
    {
      logs: [
        '<W>2026-01-01 10:00:00.123 1 => <10:{user}(-1)> Rejected connection from {peer}:40000: Invalid server password',
      ],
    },
    { logs: ['<W>2026-01-01 10:00:00.123 1 => <10:{user}(-1)> Authenticated'], counts: [] },
  ],
};
