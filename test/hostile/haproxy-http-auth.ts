/** HAProxy 2.6 and 3.0: log.c, the default HTTP format; quotes and controls are written as #22 and so on. */
import type { HostileTable } from '../support/hostile/table.js';

function encoded(text: string): string {
  return text.replace(/[^ !$-~]/g, (character) => `#${Buffer.from(character).toString('hex').toUpperCase()}`);
}

export const table: HostileTable = {
  line: 'web haproxy[7]: ',
  transport: 'stdout',
  options: [{}],
  fields: { path: { honest: 'x', write: encoded } },
  messages: [
    {
      logs: [
        '{peer}:58430 [28/Nov/2026:20:00:00.608] main main/<NOSRV> -1/-1/-1/-1/0 401 248 - - PR-- 1/1/0/0/0 0/0 "GET /{path} HTTP/1.1"',
      ],
    },
    {
      logs: [
        '{peer}:58430 [28/Nov/2026:20:00:00.608] main app/app1 0/0/1/2/3 200 248 - - ---- 1/1/0/0/0 0/0 "GET /{path} HTTP/1.1"',
      ],
      counts: [],
    },
  ],
};
