/** Monitorix 3.15: lib/HTTPServer.pm. */
import type { HostileTable } from '../support/hostile/table.js';

export const table: HostileTable = {
  line: 'mon monitorix[7]: ',
  transport: 'stdout',
  options: [{}],
  fields: { path: { honest: 'x', write: (text) => text.replace(/[\r\n\0]/g, '') } },
  messages: [
    { logs: ['Sat Nov 28 20:00:00 2026 - NOTEXIST - [{peer}] File does not exist: /{path}'] },
    { logs: ['Sat Nov 28 20:00:00 2026 - OK - [{peer}] "GET /{path} - {path}"'], counts: [] },
  ],
};
