/** PostgreSQL 15: auth.c, elog.c: what follows a newline begins with a tab. */
import type { HostileTable } from '../support/hostile/table.js';

function tabbed(text: string): string {
  return text.replaceAll('\0', '').replaceAll('\n', '\n\t');
}

export const table: HostileTable = {
  line: 'db postgres[7]: ',
  transport: 'syslog',
  options: [{ mode: 'normal' }],
  fields: {
    user: { honest: 'anna', max: 63, write: tabbed },
    database: { honest: 'shop', max: 63, write: tabbed },
  },
  messages: [
    { logs: ['[5-1] {peer} FATAL:  password authentication failed for user "{user}"'] },
    { logs: ['[5-1] {peer} 2026-01-01 10:00:00.123 UTC [7] FATAL:  password authentication failed for user "{user}"'] },
    { logs: ['[5-1] {peer} [7]: {user}@{database} FATAL:  password authentication failed for user "{user}"'] },
    {
      logs: ['[5-1] {peer} [7] user={user},db={database} FATAL:  password authentication failed for user "{user}"'],
    },
    {
      logs: [
        '[3-1] {peer} FATAL:  no pg_hba.conf entry for host "{peer}", user "{user}", database "{database}", no encryption',
      ],
    },
    {
      logs: [
        '[3-1] 2026-01-01 10:00:00.123 UTC [7] LOG:  connection received: host={peer} port=40000',
        '[4-1] 2026-01-01 10:00:00.123 UTC [7] {user}@{database} FATAL:  password authentication failed for user "{user}"',
      ],
    },
    {
      logs: [
        '[3-1] 2026-01-01 10:00:00.123 UTC [7] [unknown]@[unknown] LOG:  connection received: host=[local]',
        '[4-1] 2026-01-01 10:00:00.123 UTC [7] {user}@{database} FATAL:  Peer authentication failed for user "{user}"',
        '[3-1] 2026-01-01 10:00:01.123 UTC [7] [unknown]@[unknown] LOG:  connection received: host={peer} port=40000',
      ],
      counts: [],
    },
    {
      logs: [
        '[4-1] 2026-01-01 10:00:00 UTC [7]: user={user},db={database},app=[unknown],client={peer} FATAL:  password authentication failed for user "{user}"',
      ],
    },
    {
      logs: [
        '[4-1] 2026-01-01 10:00:00 UTC [7] {peer} {user}@{database} FATAL:  password authentication failed for user "{user}"',
      ],
    },
    {
      logs: [
        '[4-1] 2026-01-01 10:00:00 UTC [7]: [2-1] db={database},user={user},app=[unknown],client={peer}(4711) FATAL:  password authentication failed for user "{user}"',
      ],
    },
    {
      logs: [
        '[4-1] 2026-01-01 10:00:00 UTC [7] {user}@{database} FATAL:  password authentication failed for user "{user}"',
      ],
      counts: [],
    },
    {
      logs: [
        '[4-1] 2026-01-01 10:00:00 UTC [7] {user} {database} FATAL:  password authentication failed for user "{user}"',
      ],
      counts: [],
    },
    {
      logs: [
        '[3-1] 2026-01-01 10:00:00 UTC [7] {peer} [unknown]@[unknown] LOG:  connection received: host={peer} port=40000',
        '[4-1] 2026-01-01 10:00:00 UTC [7] {peer} {user}@{database} LOG:  connection authorized: user={user} database={database}',
        '[5-1] 2026-01-01 10:00:00 UTC [7] {peer} {user}@{database} ERROR:  invalid input syntax for type integer: "{database}"',
      ],
      counts: [],
    },
    { logs: ['[5-1] {peer} FATAL:  database "{database}" does not exist'], counts: [] },
    { logs: ['[5-1] {peer} ERROR:  relation "{database}" does not exist at character 15'], counts: [] },
  ],
};
