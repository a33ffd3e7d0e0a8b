/** Dante 1.4.2: what is not printable is escaped (str2vis). */

import type { HostileTable } from '../support/hostile/table.js';
import { oneLine } from '../support/hostile/text.js';

export const table: HostileTable = {
  line: 'proxy danted[7]: ',
  transport: 'syslog',
  options: [{}],
  fields: {
    user: { honest: 'anna', max: 255, write: oneLine },
  },
  messages: [
    {
      logs: [
        'info: block(1): tcp/accept ]: {peer}.40000 192.0.2.9.1080: error after reading 35 bytes in 0 seconds: system password authentication failed for user "{user}"',
      ],
    },
    { logs: ['info: block(1): tcp/accept ]: {peer}.40000 192.0.2.9.1080'] },
    {
      logs: [
        'info: block(1): tcp/accept ]: {peer}.40000 192.0.2.9.1080: error after reading 35 bytes in 0 seconds: no user "{user}" found in system password file',
      ],
    },
    {
      logs: [
        'info: pass(1): tcp/connect [: username%{user}@{peer}.40000 192.0.2.9.1080 -> 192.0.2.9.50000 192.0.2.8.80',
      ],
      counts: [],
    },
  ],
};
