/** Drupal 10: core/modules/syslog/src/Logger/SysLog.php, core/modules/user/src/Form/UserLoginForm.php. */
import { escapePhpSyslog } from '../support/hostile/php.js';
import type { HostileTable } from '../support/hostile/table.js';

export const table: HostileTable = {
  line: 'web drupal[7]: ',
  transport: 'syslog',
  options: [{}],
  fields: {
    user: { honest: 'anna', write: (text) => escapePhpSyslog(text) },
    uri: { honest: 'user', write: escapePhpSyslog },
    referer: { honest: 'https://h/', write: escapePhpSyslog },
  },
  messages: [
    { logs: ['https://h|1796000000|user|{peer}|https://h/{uri}|{referer}|0||Login attempt failed for {user}.'] },
    { logs: ['https://h|1796000000|user|{peer}|https://h/{uri}|{referer}|1||Session opened for {user}.'], counts: [] },
    { logs: ['https://h|1796000000|page not found|{peer}|https://h/{uri}|{referer}|0||{uri}'], counts: [] },
  ],
};
