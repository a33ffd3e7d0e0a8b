/** strongSwan 5.9: identities are written with what is not printable as a question mark. */

import type { HostileTable } from '../support/hostile/table.js';
import { printable } from '../support/hostile/text.js';

export const table: HostileTable = {
  line: 'vpn charon-systemd[7]: ',
  transport: 'syslog',
  options: [{}],
  fields: {
    id: { honest: 'anna', max: 300, write: printable },
  },
  messages: [
    { logs: ['no IKE config found for 192.0.2.9...{peer}, sending NO_PROPOSAL_CHOSEN'] },
    { logs: ['looking for peer configs matching 192.0.2.9[{id}]...{peer}[{id}]'], counts: [] },
    {
      logs: [
        '05[NET] received packet: from {peer}[4500] to 192.0.2.9[4500] (500 bytes)',
        '05[IKE] EAP method EAP_MSCHAPV2 failed for peer {id}',
      ],
    },
    {
      logs: [
        '05[NET] received packet: from {peer}[4500] to 192.0.2.9[4500] (500 bytes)',
        "05[IKE] tried 1 shared key for '{id}' - '{id}', but MAC mismatched",
      ],
    },
    {
      logs: [
        '05[NET] received packet: from {peer}[4500] to 192.0.2.9[4500] (500 bytes)',
        '05[CFG] looking for peer configs matching 192.0.2.9[{id}]...{peer}[{id}]',
      ],
      counts: [],
    },
  ],
};
