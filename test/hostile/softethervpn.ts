/** SoftEther VPN 5: its catalogue of messages, LS_… of strtable_en. */

import type { HostileTable } from '../support/hostile/table.js';
import { printable } from '../support/hostile/text.js';

export const table: HostileTable = {
  line: 'vpn vpnserver[7]: ',
  transport: 'syslog',
  options: [{}],
  fields: {
    user: { honest: 'anna', max: 255, write: printable },
  },
  messages: [
    {
      logs: [
        'Connection "CID-72": User authentication failed. The user name that has been provided was "{user}", from {peer}.',
      ],
    },
    { logs: ['Connection "CID-72": Successfully authenticated as user "{user}".'], counts: [] },
  ],
};
