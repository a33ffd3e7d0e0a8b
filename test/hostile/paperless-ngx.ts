/** Paperless-ngx 2.10: src/paperless/signals.py. What a newline in a name does is said in units/paperless-ngx.conf. */
import type { HostileTable } from '../support/hostile/table.js';

export const table: HostileTable = {
  line: 'docs gunicorn[7]: ',
  transport: 'stdout',
  options: [{}],
  fields: { user: { honest: 'anna', write: (text) => text.replace(/[\r\n\0]/g, '') } },
  messages: [
    { logs: ['[2026-11-28 20:00:00,123] [INFO] [paperless.auth] Login failed for user `{user}` from IP `{peer}`.'] },
    {
      logs: [
        '[2026-11-28 20:00:00,123] [INFO] [paperless.auth] Login failed for user `{user}`. Unable to determine IP address.',
      ],
      counts: [],
    },
  ],
};
