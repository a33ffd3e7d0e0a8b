/** Immich 1.120: server/src/services/auth.service.ts; the name is a mail address (class-validator, IsEmail). */
import type { HostileTable } from '../support/hostile/table.js';

export const table: HostileTable = {
  line: 'photos immich[7]: ',
  transport: 'stdout',
  options: [{}],
  fields: { user: { honest: 'anna', write: (text) => `x${text.replace(/[^\w.+-]/g, '')}` } },
  messages: [
    {
      logs: [
        '[Nest] 7  - 11/28/2026, 8:00:00 PM    WARN [Api:AuthService~a] Failed login attempt for user {user}@example.org from ip address {peer}',
      ],
    },
    {
      logs: [
        '{"level":"warn","pid":7,"timestamp":1764360000000,"message":"Failed login attempt for user {user}@example.org from ip address {peer}","context":"Api:AuthService~a"}',
      ],
    },
    { logs: ['[Nest] 7  - 11/28/2026, 8:00:00 PM     LOG [Api:AuthService~a] {user}'], counts: [] },
  ],
};
