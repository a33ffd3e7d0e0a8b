/** fail2ban 1.1. Clients choose nothing of these messages. */
import type { HostileTable } from '../support/hostile/table.js';

export const table: HostileTable = {
  line: 'host fail2ban-server[7]: ',
  transport: 'syslog',
  options: [{}],
  fields: {},
  messages: [
    { logs: ['fail2ban.actions        [7]: NOTICE  [sshd] Ban {peer}'] },
    { logs: ['fail2ban.actions        [7]: NOTICE  [sshd] Unban {peer}'], counts: [] },
    { logs: ['fail2ban.filter         [7]: INFO    [sshd] Found {peer} - 2026-01-01 10:00:00'], counts: [] },
  ],
};
