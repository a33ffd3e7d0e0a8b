/** Redis 7.2: networking.c. Clients choose no text that is logged, but by scripts, of which units/redis.conf tells. */
import type { HostileTable } from '../support/hostile/table.js';

export const table: HostileTable = {
  line: 'db redis-server[7]: ',
  transport: 'syslog',
  options: [{}],
  fields: {},
  messages: [
    {
      logs: [
        '7:M 01 Jan 2026 10:00:00.123 # Possible SECURITY ATTACK detected. It looks like somebody is sending POST or Host: commands to Redis. This is likely due to an attacker attempting to use Cross Protocol Scripting to compromise your Redis instance. Connection from {peer}:40000 aborted.',
      ],
    },
    { logs: ['7:M 01 Jan 2026 10:00:00.123 - Accepted {peer}:40000'], counts: [] },
  ],
};
