/**
 * Courier 1.x: imap/imaplogin.c, imap/pop3login.c. Names are written with what is no printable ASCII taken out. Of a line
 * courierlogger makes entries of 511 characters, and takes "INFO: " away before it writes one (Courier-IMAP 5.2.11).
 */
import type { HostileTable } from '../support/hostile/table.js';

function printed(text: string): string {
  return text.replace(/[^ -~]/g, '?');
}

function broken(message: string, limit: number): readonly string[] {
  const first = message.slice(0, limit);
  return [first, ...(message.slice(limit).match(/.{1,511}/gs) ?? [])];
}

export const table: HostileTable = {
  line: 'mx imapd[7]: ',
  transport: 'syslog',
  limit: 505,
  split: broken,
  options: [{}],
  fields: { user: { honest: 'anna', max: 2000, write: printed } },
  messages: [
    { logs: ['LOGIN FAILED, user={user}, ip=[{peer}]'] },
    { logs: ['LOGIN FAILED, user={user}, ip=[{peer}], port=[40000]'] },
    { logs: ['LOGIN FAILED, method=PLAIN, ip=[{peer}]'] },
    { logs: ['LOGIN, user={user}, ip=[{peer}], port=[40000], protocol=IMAP'], counts: [] },
    { logs: ['LOGOUT, user={user}, ip=[{peer}], headers=0, body=0, rcvd=10, sent=10, time=1'], counts: [] },
  ],
};
