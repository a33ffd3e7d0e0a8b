/** IMP 6.2: lib/Auth.php; Horde 5: login.php. */
import { escapePhpSyslog } from '../support/hostile/php.js';
import type { HostileTable } from '../support/hostile/table.js';

const mail = '{imap://mx.example.org/}';

export const table: HostileTable = {
  line: 'mail HORDE[7]: ',
  transport: 'syslog',
  options: [{}],
  fields: { user: { honest: 'anna', write: escapePhpSyslog }, claim: { honest: '192.0.2.9', write: escapePhpSyslog } },
  messages: [
    { logs: [`[imp] FAILED LOGIN for {user} ({peer}) to ${mail} [pid 9 on line 152 of "/srv/imp/lib/Auth.php"]`] },
    {
      logs: [
        `[imp] FAILED LOGIN for {user} ({peer}) (forwarded for [{claim}]) to ${mail} [pid 9 on line 152 of "/srv/imp/lib/Auth.php"]`,
      ],
    },
    { logs: ['[horde] FAILED LOGIN for {user} to horde ({peer}) [pid 9 on line 198 of "/srv/horde/login.php"]'] },
    {
      logs: [
        `[imp] FAILED LOGIN for {user} ({peer}) to ${mail} [pid 9 on line 152 of "/srv/imp/lib/Auth.php"]`,
        '[horde] FAILED LOGIN for {user} to imp ({peer}) [pid 9 on line 198 of "/srv/horde/login.php"]',
      ],
    },
    { logs: ['[horde] FAILED LOGIN for {user} [{peer}] to Horde [on line 116 of "/srv/horde/login.php"]'] },
    {
      logs: ['[horde] Login success for {user} ({peer}) to Horde [pid 9 on line 1 of "/srv/horde/login.php"]'],
      counts: [],
    },
  ],
};
