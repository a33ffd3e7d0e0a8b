/** Courier 1.0.16: courieresmtpd. */

import type { HostileTable } from '../support/hostile/table.js';
import { printable } from '../support/hostile/text.js';

export const table: HostileTable = {
  line: 'mx courieresmtpd[7]: ',
  transport: 'syslog',
  options: [{}],
  fields: {
    command: { honest: 'AUTH LOGIN anna', max: 500, write: printable },
    sender: { honest: 'a@example.net', max: 256, write: printable },
  },
  messages: [
    { logs: ['error,relay=::ffff:192.0.2.9,port=40000,msg="502 ESMTP command error",cmd: {command}'], counts: [] },
    { logs: ['error,relay={peer},port=40000,msg="535 Authentication failed.",cmd: {command}'] },
    { logs: ['error,relay={peer},port=40000,from=<{sender}>,to=<{sender}>: 550 User unknown.'] },
  ],
};
