/** Half-Life dedicated server, log of remote control. */
import type { HostileTable } from '../support/hostile/table.js';

export const table: HostileTable = {
  line: 'game cstrike[7]: ',
  transport: 'stdout',
  options: [{}],
  fields: { command: { honest: 'status', write: (text) => text.replace(/[\r\n\0]/g, '') } },
  messages: [
    { logs: ['L 11/28/2026 - 20:00:00: Bad Rcon: "rcon 1 "x" {command}" from "{peer}:4000"'] },
    { logs: ['L 11/28/2026 - 20:00:00: Rcon: "rcon 1 "x" {command}" from "{peer}:4000"'], counts: [] },
  ],
};
