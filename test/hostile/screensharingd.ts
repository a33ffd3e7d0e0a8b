/** macOS 10.11, its system log. */

import type { HostileTable } from '../support/hostile/table.js';
import { printable } from '../support/hostile/text.js';

export const table: HostileTable = {
  line: 'mac screensharingd[7]: ',
  transport: 'syslog',
  options: [{}],
  fields: {
    user: { honest: 'anna', max: 250, write: printable },
  },
  messages: [
    { logs: ['Authentication: FAILED :: User Name: {user} :: Viewer Address: {peer} :: Type: DH'] },
    { logs: ['Authentication: SUCCEEDED :: User Name: {user} :: Viewer Address: {peer} :: Type: DH'], counts: [] },
  ],
};
