/** Postfix 3.7 and 3.10: smtpd.c, smtpd_check.c, smtpd_sasl_glue.c and postscreen_*.c. */
import { escapeJson } from '../support/hostile/json.js';
import type { HostileTable } from '../support/hostile/table.js';

/** printable(): what is no printable ASCII becomes a question mark. */
function printable(text: string): string {
  return Array.from(Buffer.from(text).toString('latin1'), (byte) => (byte >= ' ' && byte <= '~' ? byte : '?')).join('');
}

/** escape() of vstring: C escapes. */
const client = 'unknown[{peer}]';
const all = ['more', 'normal', 'extra', 'aggressive'];
const ends = 'from=<{sender}> to=<{recipient}> proto=ESMTP helo=<{helo}>';

export const table: HostileTable = {
  line: 'mx postfix/smtpd[1234]: ',
  transport: 'syslog',
  limit: 2000,
  options: ['more', 'normal', 'errors', 'rbl', 'auth', 'extra', 'ddos', 'aggressive'].map((mode) => ({ mode })),
  fields: {
    sender: { honest: 'x@example.com', write: printable },
    recipient: { honest: 'nobody@example.org', write: printable },
    helo: { honest: 'h', write: printable },
    user: { honest: 'bob', write: printable },
    rest: { honest: 'QUIT\r\n', max: 100, write: escapeJson },
    command: { honest: 'GET / HTTP/1.1', max: 100, write: printable },
  },
  messages: [
    {
      logs: [`NOQUEUE: reject: RCPT from ${client}: 454 4.7.1 <{recipient}>: Relay access denied; ${ends}`],
      counts: all,
    },
    {
      logs: [
        `NOQUEUE: reject: RCPT from ${client}: 550 5.1.1 <{recipient}>: Recipient address rejected: User unknown in local recipient table; ${ends}`,
      ],
      counts: all,
    },
    {
      logs: [
        `NOQUEUE: reject: EHLO from ${client}: 504 5.5.2 <{helo}>: Helo command rejected: need fully-qualified hostname; proto=SMTP helo=<{helo}>`,
      ],
      counts: all,
    },
    {
      logs: [
        `NOQUEUE: reject: RCPT from ${client}: 554 5.7.1 Service unavailable; Client host [{peer}] blocked using list.example.net; ${ends}`,
      ],
      counts: ['more', 'rbl', 'aggressive'],
    },
    {
      logs: [
        `NOQUEUE: reject: RCPT from ${client}: 450 4.2.0 <{recipient}>: Recipient address rejected: Greylisted; ${ends}`,
      ],
      counts: [],
    },
    {
      logs: [`warning: ${client}: SASL LOGIN authentication failed: (reason unavailable), sasl_username={user}`],
      counts: ['auth', 'extra', 'aggressive'],
    },
    { logs: [`improper command pipelining after EHLO from ${client}: {rest}`], counts: all },
    { logs: [`warning: non-SMTP command from ${client}: {command}`], counts: ['ddos', 'aggressive'] },
    { logs: [`too many errors after RCPT from ${client}`], counts: [...all, 'errors'] },
    { logs: [`NOQUEUE: lost connection after CONNECT from ${client}`], counts: ['ddos', 'aggressive'] },
    {
      logs: [`connect from ${client}`, `disconnect from ${client} ehlo=1 auth=0/1 commands=1/2`],
      counts: ['ddos', 'aggressive'],
    },
    { logs: [`ABC123: client=${client}, sasl_method=PLAIN, sasl_username={user}`], counts: [] },
  ],
};
