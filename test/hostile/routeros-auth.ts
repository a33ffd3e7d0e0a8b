/** RouterOS 7, the topics system,error,critical. */

import type { HostileTable } from '../support/hostile/table.js';
import { printable } from '../support/hostile/text.js';

export const table: HostileTable = {
  line: 'router system,error,critical: ',
  transport: 'syslog',
  options: [{}],
  fields: {
    user: { honest: 'admin', max: 250, write: printable },
  },
  messages: [
    { logs: ['login failure for user {user} from {peer} via ssh'] },
    { logs: ['user {user} logged in from {peer} via ssh'], counts: [] },
  ],
};
