/** SOGo 5.12: UI/MainUI/SOGoRootPage.m. What a newline in a name does is said in units/sogo-auth.conf. */
import type { HostileTable } from '../support/hostile/table.js';

export const table: HostileTable = {
  line: 'mail sogod[7]: ',
  transport: 'stdout',
  options: [{}],
  fields: { user: { honest: 'anna', write: (text) => text.replace(/[\r\n\0]/g, '') } },
  messages: [
    {
      logs: [
        "Nov 28 20:00:00 sogod [7]: SOGoRootPage Login from '{peer}' for user '{user}' might not have worked - password policy: 65535  grace: -1  expire: -1  bound: 0",
      ],
    },
    {
      logs: [
        "Nov 28 20:00:00 sogod [7]: SOGoRootPage successful login from '{peer}' for user '{user}' - expire = -1  grace = -1",
      ],
      counts: [],
    },
    { logs: ['Nov 28 20:00:00 sogod [7]: [ERROR] SOGoUserManager no such user {user}'], counts: [] },
  ],
};
