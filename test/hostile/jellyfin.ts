/** Jellyfin 10.9: UserManager.cs; Serilog puts texts in quotes, with a backslash before those within. */
import { escapeJson } from '../support/hostile/json.js';
import type { HostileTable } from '../support/hostile/table.js';

export const table: HostileTable = {
  line: 'tv jellyfin[7]: ',
  transport: 'stdout',
  options: [{}],
  fields: { user: { honest: 'anna', write: escapeJson } },
  messages: [
    {
      logs: [
        '[20:00:00] [INF] [12] Jellyfin.Server.Implementations.Users.UserManager: Authentication request for "{user}" has been denied (IP: "{peer}").',
      ],
    },
    {
      logs: [
        '[20:00:00] [INF] [12] Jellyfin.Server.Implementations.Users.UserManager: Authentication request for "{user}" has succeeded.',
      ],
      counts: [],
    },
  ],
};
