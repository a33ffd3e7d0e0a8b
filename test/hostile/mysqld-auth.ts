/** MariaDB 10.11 and 11.8: sql_acl.cc, log.cc. Of newlines, which are written as they are, the jail tells. */
import type { HostileTable } from '../support/hostile/table.js';

function oneLine(text: string): string {
  return text.replace(/[\n\0]/g, ' ');
}

export const table: HostileTable = {
  line: 'db mariadbd[7]: ',
  transport: 'syslog',
  limit: 1052,
  options: [{ mode: 'normal' }, { mode: 'aggressive' }],
  fields: {
    user: { honest: 'root', max: 384, write: oneLine },
    database: { honest: 'shop', max: 192, write: oneLine },
  },
  messages: [
    { logs: ["2026-01-01 10:00:00 5 [Warning] Access denied for user '{user}'@'{peer}' (using password: YES)"] },
    { logs: ["2026-01-01 10:00:00 5 [Warning] Access denied for user '{user}'@'{peer}' to database '{database}'"] },
    {
      logs: [
        "2026-01-01 10:00:00 5 [Warning] Aborted connection 5 to db: '{database}' user: '{user}' host: '{peer}' (Got an error reading communication packets)",
      ],
      counts: [],
    },
    {
      logs: [
        "2026-01-01 10:00:00 5 [Warning] Aborted connection 5 to db: 'unconnected' user: '{user}' host: '{peer}' (Got an error reading communication packets)",
      ],
      counts: [],
    },
    {
      logs: [
        "2026-01-01 10:00:00 5 [Warning] Aborted connection 5 to db: 'unconnected' user: 'unauthenticated' host: '{peer}' (This connection closed normally without authentication)",
      ],
      counts: ['aggressive'],
    },
    {
      logs: [
        "2026-01-01 10:00:00 5 [Warning] Aborted connection 5 to db: 'unconnected' user: '{user}' host: '{peer}' real ip: '10.0.0.9' (Got an error reading communication packets)",
      ],
      counts: [],
    },
  ],
};
