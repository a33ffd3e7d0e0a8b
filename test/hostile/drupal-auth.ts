/** Drupal 10: core/modules/syslog/src/Logger/SysLog.php, core/modules/user/src/Form/UserLoginForm.php. */
import type { HostileTable } from '../support/hostile/table.js';

/** PHP writes it as it is, with syslog.filter=raw as the jail asks for. */
export const table: HostileTable = {
  line: 'web drupal[7]: ',
  transport: 'syslog',
  options: [{}],
  fields: {
    user: { honest: 'anna' },
    uri: { honest: 'user' },
    referer: { honest: 'https://h/' },
  },
  messages: [
    { logs: ['https://h|1796000000|user|{peer}|https://h/{uri}|{referer}|0||Login attempt failed for {user}.'] },
    { logs: ['https://h|1796000000|user|{peer}|https://h/{uri}|{referer}|1||Session opened for {user}.'], counts: [] },
    {
      logs: [
        'https://h|1796000000|user|{peer}|https://h/{uri}|{referer}|0||Flood control blocked login attempt for uid 1 from {peer}',
      ],
    },
    { logs: ['https://h|1796000000|page not found|{peer}|https://h/{uri}|{referer}|0||{uri}'], counts: [] },
  ],
};
