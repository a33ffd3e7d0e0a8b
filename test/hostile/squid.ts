/** Squid 5 and 6: log/FormatSquidNative.cc; URLs and names are written without blanks. */
import type { HostileTable } from '../support/hostile/table.js';

function withoutBlanks(text: string): string {
  return text.replace(/[\s\0]/g, '%20');
}

export const table: HostileTable = {
  line: 'proxy (squid-1)[7]: ',
  transport: 'syslog',
  options: [{}],
  fields: { url: { honest: 'http://a/', write: withoutBlanks }, user: { honest: 'anna', write: encodeURIComponent } },
  messages: [
    { logs: ['1796000000.000      4 {peer} TCP_DENIED/403 4099 GET {url} - HIER_NONE/- text/html'] },
    { logs: ['1796000000.000      4 {peer} TCP_DENIED/407 4099 GET {url} {user} HIER_NONE/- text/html'] },
    {
      logs: ['1796000000.000      4 {peer} TCP_MISS/200 4099 GET {url} {user} HIER_DIRECT/192.0.2.9 text/html'],
      counts: [],
    },
  ],
};
