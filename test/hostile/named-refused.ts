/** BIND 9.18: ns/client.c. Names are written by dns_name_format(), which escapes what is no letter or digit. */
import type { HostileTable } from '../support/hostile/table.js';

function name(text: string): string {
  const escaped = (byte: string) =>
    /["();@$\\]/.test(byte) ? `\\${byte}` : `\\${String(byte.charCodeAt(0)).padStart(3, '0')}`;
  return Buffer.from(text)
    .toString('latin1')
    .replace(/[^!#%-'*-:<-?A-[\]-~]/g, escaped);
}

export const table: HostileTable = {
  line: 'ns named[7]: ',
  transport: 'syslog',
  options: [{}],
  fields: {
    name: { honest: 'example.com', max: 250, write: name },
  },
  messages: [
    {
      logs: [
        "client @0x7f2a5c0013f8 {peer}#40000 ({name}): query (cache) '{name}/ANY/IN' denied (allow-query-cache did not match)",
      ],
    },
    { logs: ["client @0x7f2a5c0013f8 {peer}#40000 ({name}): zone transfer '{name}/AXFR/IN' denied"] },
    { logs: ['client @0x7f2a5c0013f8 {peer}#40000 ({name}): query: {name} IN A + (192.0.2.53)'], counts: [] },
  ],
};
