/** Proxmox VE 8: PVE/API2/AccessControl.pm. */

import type { HostileTable } from '../support/hostile/table.js';
import { printable } from '../support/hostile/text.js';

export const table: HostileTable = {
  line: 'pve pvedaemon[7]: ',
  transport: 'syslog',
  options: [{}],
  fields: {
    user: { honest: 'root@pam', max: 64, write: printable },
  },
  messages: [
    { logs: ["authentication failure; rhost=::ffff:192.0.2.9 user=x msg=can't connect"], counts: [] },
    { logs: ["authentication failure; rhost={peer} user={user} msg=no such user ('{user}')"] },
    { logs: ["<root@pam> successful auth for user '{user}'"], counts: [] },
  ],
};
