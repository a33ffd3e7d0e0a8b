/** Courier 1.x: imap/imaplogin.c, imap/pop3login.c. Names are written with what is no printable ASCII taken out. */
import type { HostileTable } from '../support/hostile/table.js';

function printed(text: string): string {
  return text.replace(/[^ -~]/g, '?');
}

export const table: HostileTable = {
  line: 'mx imapd[7]: ',
  transport: 'syslog',
  options: [{}],
  fields: { user: { honest: 'anna', write: printed } },
  messages: [
    { logs: ['LOGIN FAILED, user={user}, ip=[{peer}]'] },
    { logs: ['LOGIN FAILED, user={user}, ip=[{peer}], port=[40000]'] },
    { logs: ['LOGIN FAILED, method=PLAIN, ip=[{peer}]'] },
    { logs: ['LOGIN, user={user}, ip=[{peer}], port=[40000], protocol=IMAP'], counts: [] },
    { logs: ['LOGOUT, user={user}, ip=[{peer}], headers=0, body=0, rcvd=10, sent=10, time=1'], counts: [] },
  ],
};
