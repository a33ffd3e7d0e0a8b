/** Unbound 1.17: acl_list.c, infra.c. Names are written with a dot or a question mark for what is no letter or digit. */
import type { HostileTable } from '../support/hostile/table.js';

function name(text: string): string {
  return text.replace(/[^\w.-]/g, '?');
}

export const table: HostileTable = {
  line: 'ns unbound[7]: ',
  transport: 'syslog',
  options: [{}],
  fields: {
    name: { honest: 'example.com', max: 250, write: name },
  },
  messages: [
    { logs: ['[7:0] info: ip_ratelimit exceeded {peer} 100 {name}. IN A'] },
    { logs: ['[7:0] info: ip_ratelimit exceeded {peer} 100(cookie) {name}. A IN'] },
    { logs: ['[7:0] info: refused NOTIFY for {name}. from ip4 {peer} port 40000 (len 16)'] },
    { logs: ['[7:0] debug: refused nonrec (cache snoop) query from ip4 {peer} port 40000 (len 16)'] },
    { logs: ['[7:0] info: {peer} {name}. A IN'], counts: [] },
    { logs: ['[7:0] debug: refused query from {peer} port 40000 because of 0.0.0.0/0 refuse'] },
  ],
};
