/** Nextcloud 18 and 29: lib/private/Log/LogDetails.php, Syslog.php; lib/private/User/Session.php. */
import { escapeJson } from '../support/hostile/json.js';
import { escapePhpSyslog } from '../support/hostile/php.js';
import type { HostileTable } from '../support/hostile/table.js';

function line(message: string): string {
  return `{"reqId":"x","level":2,"time":"2026-11-28T20:00:00+00:00","remoteAddr":"{peer}","user":"--","app":"core","method":"POST","url":"/{url}","message":"${message}","userAgent":"{agent}","version":"29","data":[]}`;
}

export const table: HostileTable = {
  line: 'web Nextcloud[7]: ',
  transport: 'syslog',
  options: [{}],
  fields: {
    core: { honest: '{core}', write: () => '{core}' },
    user: { honest: 'anna', write: escapeJson },
    name: { honest: 'anna', write: escapePhpSyslog },
    url: { honest: 'login', write: escapeJson },
    agent: { honest: 'x', write: escapeJson },
  },
  messages: [
    { logs: [line('Login failed: {user} (Remote IP: {peer})')] },
    { logs: [line('Trusted domain error. \\"{peer}\\" tried to access using \\"{user}\\" as host.')] },
    { logs: [line('Bruteforce attempt from \\"{peer}\\" detected for action \\"login\\".')] },
    { logs: [line('{user}')], counts: [] },
    { logs: ["{core} Login failed: '{name}' (Remote IP: '{peer}')"] },
    { logs: ['{core} {name}'], counts: [] },
  ],
};
