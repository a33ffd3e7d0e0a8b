/** sendmail 8.17: parseaddr.c, srvrsmtp.c. What is not printable is written as a question mark or escaped. */

import type { HostileTable } from '../support/hostile/table.js';
import { printable } from '../support/hostile/text.js';

export const table: HostileTable = {
  line: 'mx sm-mta[7]: ',
  transport: 'syslog',
  limit: 1024,
  options: [{ mode: 'normal' }, { mode: 'extra' }],
  fields: {
    rcpt: { honest: 'a@example.net', max: 256, write: printable },
    sender: { honest: 'x@example.com', max: 256, write: printable },
  },
  messages: [
    { logs: ['5BQ1r3Xk000010: host.example.net [{peer}]: probable open proxy: command=GET {rcpt} HTTP/1.1'] },
    { logs: ['5BQ1r3Xk000010: invalid domain name ({sender}) from host.example.net [{peer}]'] },
    { logs: ['5BQ1r3Xk000010: "wiz" command from host.example.net [{peer}] ({peer})'] },
    { logs: ['5BQ1r3Xk000010: host.example.net [{peer}]: VRFY {rcpt} [rejected]'] },
    { logs: ['5BQ1r3Xk000010: host.example.net [{peer}]: possible SMTP attack: command=HELO/EHLO, count=3'] },
    {
      logs: [
        '5BQ1r3Xk000010: ruleset=check_rcpt, arg1=<{rcpt}>, relay=host.example.net [{peer}], reject=550 5.7.1 <{rcpt}>... Relaying denied',
      ],
    },
    {
      logs: [
        '5BQ1r3Xk000010: <{rcpt}>... User unknown',
        '5BQ1r3Xk000010: from=<{sender}>, size=0, class=0, nrcpts=0, proto=ESMTP, daemon=MTA, relay=host.example.net [{peer}]',
      ],
    },
    {
      logs: [
        '5BQ1r3Xk000010: from=<{sender}>, size=1000, class=0, nrcpts=1, proto=ESMTP, daemon=MTA, relay=host.example.net [{peer}]',
      ],
      counts: [],
    },
    {
      logs: ['5BQ1r3Xk000010: host.example.net [{peer}] did not issue MAIL/EXPN/VRFY/ETRN during connection to MTA'],
      counts: ['extra'],
    },
  ],
};
