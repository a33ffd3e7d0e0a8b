/** Samba 4.17: auth_log.c, log_escape(): controls and backslashes are escaped, brackets are not. */
import type { HostileTable } from '../support/hostile/table.js';

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replace(/[\0-\x1f]/g, '\\x01');
}

export const table: HostileTable = {
  line: 'nas smbd[7]: ',
  transport: 'syslog',
  options: [{}],
  fields: {
    domain: { honest: 'WG', max: 200, write: escaped },
    user: { honest: 'anna', max: 200, write: escaped },
    workstation: { honest: 'PC', max: 200, write: escaped },
  },
  messages: [
    {
      logs: [
        'Auth: [SMB2,(null)] user [{domain}]\\[{user}] at [Thu, 01 Jan 2026 10:00:00.000000 UTC] with [NTLMv2] status [NT_STATUS_WRONG_PASSWORD] workstation [{workstation}] remote host [ipv4:{peer}:40000] mapped to [{domain}]\\[{user}]. local host [ipv4:192.0.2.9:445]',
      ],
    },
    {
      logs: [
        'Auth: [SMB2,(null)] user [{domain}]\\[{user}] at [Thu, 01 Jan 2026 10:00:00.000000 UTC] with [NTLMv2] status [NT_STATUS_OK] workstation [{workstation}] remote host [ipv4:{peer}:40000] mapped to [{domain}]\\[{user}]. local host [ipv4:192.0.2.9:445]',
      ],
      counts: [],
    },
  ],
};
