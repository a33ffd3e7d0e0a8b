/** solid-pop3d 0.15. */

import type { HostileTable } from '../support/hostile/table.js';
import { printable } from '../support/hostile/text.js';

export const table: HostileTable = {
  line: 'mx solid-pop3d[7]: ',
  transport: 'syslog',
  options: [{}],
  fields: {
    user: { honest: 'anna', max: 60, write: printable },
  },
  messages: [
    { logs: ['authentication failed: no such user: {user} - {peer}'] },
    { logs: ['user {user} authenticated - {peer}'], counts: [] },
  ],
};
