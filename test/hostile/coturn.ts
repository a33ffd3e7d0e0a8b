/** coturn 4.6 and 4.18: ns_turn_server.c. */

import type { HostileTable } from '../support/hostile/table.js';
import { oneLine } from '../support/hostile/text.js';

export const table: HostileTable = {
  line: 'turn turnserver[7]: ',
  transport: 'syslog',
  limit: 1024,
  options: [{}],
  fields: {
    user: { honest: 'anna', max: 512, write: oneLine },
  },
  messages: [
    {
      logs: [
        'session 001000000000000001: realm <example.org> user <{user}>: incoming packet ALLOCATE processed, error 401: Unauthorized',
        'session 001000000000000001: closed (2nd stage), user <{user}> realm <example.org> origin <>, local 192.0.2.9:3478, remote {peer}:40000, reason: allocation timeout',
      ],
    },
    {
      logs: [
        'session 001000000000000001: closed (2nd stage), user <{user}> realm <example.org> origin <>, local 192.0.2.9:3478, remote {peer}:40000, reason: allocation timeout',
      ],
      counts: [],
    },
    {
      logs: [
        '2026-11-30T16:05:13.832+0000 INFO realm <example.org> user <{user}>: incoming packet message processed, error 401: Unauthorized (session 000000000000000001)',
        '2026-11-30T16:05:13.835+0000 INFO closed (2nd stage), user <{user}> realm <example.org> origin <>, local 192.0.2.9:3478, remote {peer}:40000, reason: TCP connection closed by client (callback) (session 000000000000000001)',
      ],
    },
    {
      logs: [
        '2026-11-30T16:05:13.835+0000 INFO closed (2nd stage), user <{user}> realm <example.org> origin <>, local 192.0.2.9:3478, remote {peer}:40000, reason: allocation timeout (session 000000000000000001)',
      ],
      counts: [],
    },
  ],
};
