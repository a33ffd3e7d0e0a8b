/** OpenVPN 2.6: ssl_verify.c. Names hold what COMMON_NAME_CHAR_CLASS allows, the rest becomes an underscore. */
import type { HostileTable } from '../support/hostile/table.js';

function name(text: string): string {
  return text.replace(/[^\w.@/-]/g, '_');
}

export const table: HostileTable = {
  line: 'vpn ovpn-server[7]: ',
  transport: 'syslog',
  limit: 1280,
  options: [{}],
  fields: {
    name: { honest: 'anna', max: 64, write: name },
  },
  messages: [
    { logs: ['{name}/{peer}:40000 TLS Auth Error: Auth Username/Password verification failed for peer'] },
    {
      logs: [
        '{peer}:40000 VERIFY ERROR: depth=0, error=certificate has expired: CN={name}, serial=1',
        '{peer}:40000 TLS Error: TLS handshake failed',
      ],
    },
    { logs: ['{name}/{peer}:40000 Peer Connection Initiated with [AF_INET]{peer}:40000'], counts: [] },
    { logs: ["{name}/{peer}:40000 TLS: Username/Password authentication succeeded for username '{name}'"], counts: [] },
  ],
};
