/** Monit 5.33: src/http/processor.c, src/http/cervlet.c. */
import type { HostileTable } from '../support/hostile/table.js';

export const table: HostileTable = {
  line: 'web monit[7]: ',
  transport: 'syslog',
  options: [{}],
  fields: { user: { honest: 'admin' } },
  messages: [
    { logs: ["HttpRequest: access denied -- client [{peer}]: wrong password for user '{user}'"] },
    { logs: ["HttpRequest: access denied -- client [{peer}]: unknown user '{user}'"] },
    { logs: ['Denied connection from non-authorized client [{peer}]'] },
    { logs: ["'{user}' stop on user request"], counts: [] },
  ],
};
