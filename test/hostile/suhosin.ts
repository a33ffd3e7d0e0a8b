/** Suhosin 0.9.38: log.c, php_security_log(). */
import { escapePhpSyslog } from '../support/hostile/php.js';
import type { HostileTable } from '../support/hostile/table.js';

export const table: HostileTable = {
  line: 'web suhosin[7]: ',
  transport: 'syslog',
  limit: 4999,
  options: [{}],
  fields: { name: { honest: 'x', write: escapePhpSyslog } },
  messages: [
    {
      logs: [
        "ALERT - configured GET variable name length limit exceeded - dropped variable '{name}' (attacker '{peer}', file '/srv/index.php')",
      ],
    },
    {
      logs: [
        "ALERT - ASCII-NUL chars not allowed within request variables - dropped variable '{name}' (attacker '{peer}', file '/srv/index.php', line 3)",
      ],
    },
  ],
};
