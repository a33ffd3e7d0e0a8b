/**
 * Samba 4.17: auth_log.c, log_escape(): controls and backslashes are escaped, brackets are not. debug.c goes on in another
 * entry after 4095 characters.
 */
import type { HostileTable } from '../support/hostile/table.js';

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replace(/[\0-\x1f]/g, '\\x01');
}

/** An account that there may be. */
function plainly(text: string): string {
  return text.replace(/[\\[\]\0-\x1f]/g, '') || 'x';
}

function continued(message: string, limit: number): readonly string[] {
  const pieces = message.match(new RegExp(`.{1,${limit}}`, 'gs')) ?? [];
  return pieces.flatMap((piece, at) => (at === 0 ? [piece] : [' +>', `  ${piece}`]));
}

export const table: HostileTable = {
  line: 'nas smbd[7]: ',
  transport: 'syslog',
  limit: 4095,
  split: continued,
  options: [{}],
  fields: {
    domain: { honest: 'WG', max: 1000, write: escaped },
    user: { honest: 'anna', max: 1000, write: escaped },
    account: { honest: 'anna', max: 1000, write: plainly },
    workstation: { honest: 'PC', max: 1000, write: escaped },
  },
  messages: [
    {
      logs: [
        'Auth: [SMB2,(null)] user [{domain}]\\[{user}] at [Thu, 01 Jan 2026 10:00:00.000000 UTC] with [NTLMv2] status [NT_STATUS_WRONG_PASSWORD] workstation [{workstation}] remote host [ipv4:{peer}:40000] mapped to [{domain}]\\[{user}]. local host [ipv4:192.0.2.9:445]',
      ],
    },
    {
      logs: [
        'Auth: [SMB2,(null)] user [{domain}]\\[{account}] at [Thu, 01 Jan 2026 10:00:00.000000 UTC] with [NTLMv2] status [NT_STATUS_WRONG_PASSWORD] workstation [{workstation}] remote host [ipv4:{peer}:40000] mapped to [{domain}]\\[{account}]. local host [ipv4:192.0.2.9:445]',
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
