/** 3proxy 0.9: log.c. Texts may hold blanks, as with a logformat that does not replace them. */
import type { HostileTable } from '../support/hostile/table.js';

function oneLine(text: string): string {
  return text.replace(/[\n\r\0]/g, ' ');
}

export const table: HostileTable = {
  line: 'proxy 3proxy[7]: ',
  transport: 'syslog',
  options: [{}],
  fields: {
    user: { honest: 'anna', max: 128, write: oneLine },
    request: { honest: 'GET_http://example.com/_HTTP/1.1', max: 500, write: oneLine },
  },
  messages: [
    { logs: ['+0000 PROXY.3128 00004 {user} {peer}:40000 0.0.0.0:0 0 0 0 {request}'] },
    { logs: ['+0000 PROXY.3128 00000 {user} {peer}:40000 192.0.2.8:80 100 100 0 {request}'], counts: [] },
  ],
};
