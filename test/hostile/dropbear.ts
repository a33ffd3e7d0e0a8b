/** Dropbear 2022.83: svr-*.c. Clients choose no text that is logged. */
import type { HostileTable } from '../support/hostile/table.js';

export const table: HostileTable = {
  line: 'box dropbear[7]: ',
  transport: 'syslog',
  limit: 1023,
  options: [{}],
  fields: {},
  messages: [
    { logs: ["Bad password attempt for 'root' from {peer}:40000"] },
    { logs: ['Child connection from {peer}:40000', 'Login attempt for nonexistent user'] },
    {
      logs: [
        'Child connection from {peer}:40000',
        'Login attempt for nonexistent user',
        'Exit before auth from <{peer}:40000>: Exited normally',
      ],
    },
    { logs: ["Exit before auth from <{peer}:40000>: (user 'root', 10 fails): Max auth tries reached - user 'root'"] },
    { logs: ['Exit before auth from <{peer}:40000>: Disconnect received'], counts: [] },
    { logs: ["Pubkey auth succeeded for 'anna' with ssh-ed25519 key SHA256:abc from {peer}:40000"] },
  ],
};
