/** PortSentry 1.2: portsentry.c. */
import type { HostileTable } from '../support/hostile/table.js';

export const table: HostileTable = {
  line: 'gw portsentry[7]: ',
  transport: 'syslog',
  options: [{}],
  fields: { name: { honest: 'h.example.org', write: (text) => text.replace(/[^\w.-]/g, '') } },
  messages: [
    { logs: ['attackalert: Connect from host: {name}/{peer} to TCP port: 111'] },
    { logs: ['attackalert: UDP scan from host: {name}/{peer} to UDP port: 111'] },
    { logs: ['attackalert: Host: {name}/{peer} is already blocked Ignoring'], counts: [] },
  ],
};
