/** Uptime Kuma 1.23: server/server.js, src/util.js. */
import type { HostileTable } from '../support/hostile/table.js';

export const table: HostileTable = {
  line: 'up node[7]: ',
  transport: 'syslog',
  options: [{}],
  fields: { user: { honest: 'anna' } },
  messages: [
    { logs: ['2026-11-28T20:00:00Z [AUTH] WARN: Incorrect username or password for user {user}. IP={peer}'] },
    { logs: ['2026-11-28T20:00:00Z [AUTH] INFO: Login by token. IP={peer}'], counts: [] },
    { logs: ['2026-11-28T20:00:00Z [AUTH] INFO: Username from JWT: {user}'], counts: [] },
  ],
};
