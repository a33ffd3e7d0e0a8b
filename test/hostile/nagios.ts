/** NRPE 4.1: src/nrpe.c. No text of a client. */
import type { HostileTable } from '../support/hostile/table.js';

export const table: HostileTable = {
  line: 'web nrpe[7]: ',
  transport: 'syslog',
  options: [{}],
  fields: {},
  messages: [
    { logs: ['Host {peer} is not allowed to talk to us!'] },
    { logs: ['Error: Could not complete SSL handshake with {peer}: 5'], counts: [] },
  ],
};
