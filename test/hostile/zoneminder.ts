/** ZoneMinder 1.36: web/includes/logger.php, auth.php; mod_php writes to Apache's error log. */
import { escapeErrorItem } from '../support/hostile/apache.js';
import type { HostileTable } from '../support/hostile/table.js';

export const table: HostileTable = {
  line: 'zm apache2[7]: ',
  transport: 'syslog',
  options: [{}],
  fields: {
    user: { honest: 'anna', write: escapeErrorItem },
    referer: { honest: 'https://zm/', write: escapeErrorItem },
  },
  messages: [
    { logs: ['[php:notice] [pid 7] [client {peer}:50000] ERR [Login denied for user "{user}"], referer: {referer}'] },
    {
      logs: [
        '11/28/26 20:00:00.123456 web_php[7].ERR [{peer}] [Could not retrieve user {user} details] at a.php line 322',
      ],
    },
    {
      logs: ['11/28/26 20:00:00.123456 web_php[7].INF [{peer}] [User "{user}" logged out] at a.php line 322'],
      counts: [],
    },
  ],
};
