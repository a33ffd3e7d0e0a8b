/** OpenSSH 9.2, libaudit: audit_encode_nv_string() writes names with quotes, blanks or controls in hex. */
import type { HostileTable } from '../support/hostile/table.js';

function encoded(text: string): string {
  return /^[!#-~]+$/.test(text) ? `"${text}"` : Buffer.from(text).toString('hex').toUpperCase();
}

export const table: HostileTable = {
  line: 'host audit[7]: ',
  transport: 'syslog',
  options: [{}],
  fields: {
    user: { honest: 'root', max: 100, write: encoded },
  },
  messages: [
    {
      logs: [
        'USER_AUTH pid=7 uid=0 auid=4294967295 ses=4294967295 subj=unconfined msg=\'op=password acct={user} exe="/usr/sbin/sshd" hostname=? addr={peer} terminal=ssh res=failed\'',
      ],
    },
    {
      logs: [
        'USER_AUTH pid=7 uid=0 auid=4294967295 ses=4294967295 subj=unconfined msg=\'op=password acct={user} exe="/usr/sbin/sshd" hostname=? addr={peer} terminal=ssh res=success\'',
      ],
      counts: [],
    },
  ],
};
