/** OpenSMTPD 6.8: smtp_session.c; strnvis() escapes what is not printable. */

import type { HostileTable } from '../support/hostile/table.js';
import { printable } from '../support/hostile/text.js';

export const table: HostileTable = {
  line: 'mx smtpd[7]: ',
  transport: 'syslog',
  options: [{}],
  fields: {
    user: { honest: 'anna', max: 255, write: printable },
  },
  messages: [
    {
      logs: [
        '28f4d37a8a2e1cc9 smtp connected address={peer} host=host.example.net',
        '28f4d37a8a2e1cc9 smtp authentication user={user} result=permfail',
        '28f4d37a8a2e1cc9 smtp failed-command command="AUTH LOGIN (password)" result="535 Authentication failed"',
      ],
    },
    {
      logs: [
        '28f4d37a8a2e1cc9 smtp connected address={peer} host=host.example.net',
        '28f4d37a8a2e1cc9 smtp failed-command command="RCPT TO:<{user}>" result="550 Invalid recipient: <{user}>"',
      ],
    },
    {
      logs: [
        '28f4d37a8a2e1cc9 smtp connected address={peer} host=host.example.net',
        '28f4d37a8a2e1cc9 smtp failed-command command="HELO {user}" result="501 5.5.1 Invalid command: HELO requires domain name"',
      ],
      counts: [],
    },
  ],
};
