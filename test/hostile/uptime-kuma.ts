/** Uptime Kuma 1.23: server/server.js, src/util.js. */
import type { HostileTable } from '../support/hostile/table.js';

export const table: HostileTable = {
  line: 'up node[7]: ',
  transport: 'stdout',
  options: [{}],
  fields: {
    // journald ends an entry of standard output at a NUL, too. What a newline does is said in the jail.
    user: { honest: 'anna', write: (text) => text.replace(/[\0\n]/g, '') },
  },
  messages: [
    { logs: ['2026-11-28T20:00:00Z [AUTH] WARN: Incorrect username or password for user {user}. IP={peer}'] },
    { logs: ['2026-11-28T20:00:00Z [AUTH] INFO: Too many failed requests for user {user}. IP={peer}'] },
    { logs: ['2026-11-28T20:00:00Z [AUTH] INFO: Inactive or deleted user {user}. IP={peer}'] },
    { logs: ['2026-11-28T20:00:00Z [AUTH] INFO: 2FA token required for user {user}. IP={peer}'], counts: [] },
    { logs: ['2026-11-28T20:00:00Z [AUTH] INFO: Login by token. IP={peer}'], counts: [] },
    { logs: ['2026-11-28T20:00:00Z [AUTH] INFO: Username from JWT: {user}'], counts: [] },
  ],
};
