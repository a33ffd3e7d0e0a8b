/** openHAB 2: Jetty 9, AbstractNCSARequestLog.java. */
import type { HostileTable } from '../support/hostile/table.js';

function word(text: string): string {
  return encodeURI(text.replace(/[^\x20-\x7e]/g, '')) || '-';
}

export const table: HostileTable = {
  line: 'home openhab[7]: ',
  transport: 'stdout',
  options: [{}],
  fields: { user: { honest: '-', write: word }, path: { honest: 'x', write: word } },
  messages: [
    { logs: ['{peer} -  {user}  [28/Nov/2026:20:00:00 +0000] "GET /{path} HTTP/1.1" 401 1382'] },
    { logs: ['{peer} -  {user}  [28/Nov/2026:20:00:00 +0000] "GET /{path} HTTP/1.1" 200 1382'], counts: [] },
  ],
};
