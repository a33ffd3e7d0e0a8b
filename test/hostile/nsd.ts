/** NSD 4.6: query.c, axfr.c, rrl.c. Names are written by wirelabel2str(): what is no letter, digit, - or _ is escaped. */
import type { HostileTable } from '../support/hostile/table.js';

function name(text: string): string {
  const escaped = (byte: string) => `\\${String(byte.charCodeAt(0)).padStart(3, '0')}`;
  return Buffer.from(text)
    .toString('latin1')
    .replace(/[^\w.-]/g, escaped);
}

export const table: HostileTable = {
  line: 'ns nsd[7]: ',
  transport: 'syslog',
  options: [{}],
  fields: {
    name: { honest: 'example.com', max: 250, write: name },
  },
  messages: [
    { logs: ['axfr for {name}. from {peer} refused, no acl matches'] },
    { logs: ['ratelimit block {name}. type any target 192.0.2.0/24 query {peer} TYPE255'] },
    { logs: ['query {name}. from 192.0.2.8 via proxy {peer} refused because of proxy, no acl matches'] },
    { logs: ['axfr for {name}. from {peer} refused tls-auth-xfr-only'] },
    { logs: ['ratelimit block {name}. type nxdomain target 192.0.2.0/24 query {peer} A'] },
    { logs: ['notify for {name}. from {peer} serial 7'], counts: [] },
  ],
};
