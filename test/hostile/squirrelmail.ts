/** SquirrelMail plug-in squirrel_logger 2.3: functions.php. */
import { escapePhpSyslog } from '../support/hostile/php.js';
import type { HostileTable } from '../support/hostile/table.js';

export const table: HostileTable = {
  line: 'mail squirrelmail[7]: ',
  transport: 'syslog',
  options: [{}],
  fields: { user: { honest: 'anna', write: escapePhpSyslog } },
  messages: [
    { logs: ['[LOGIN_ERROR] {user} (example.org) from {peer}: Unknown user or password incorrect.'] },
    { logs: ['[LOGIN] {user} (example.org) from {peer}'], counts: [] },
  ],
};
