/** Kerio Connect 9, its log security. */

import type { HostileTable } from '../support/hostile/table.js';
import { printable } from '../support/hostile/text.js';

export const table: HostileTable = {
  line: 'mx mailserver[7]: ',
  transport: 'syslog',
  options: [{}],
  fields: {
    rcpt: { honest: 'a@example.org', max: 250, write: printable },
    sender: { honest: 'x@example.com', max: 250, write: printable },
  },
  messages: [
    { logs: ['Attempt to deliver to unknown recipient <{rcpt}>, from <{sender}>, IP address {peer}'] },
    { logs: ["SMTP: User {rcpt} doesn't exist. Attempt from IP address {peer}."] },
    { logs: ['IP address {peer} found in DNS blacklist zen, mail from <{sender}> to <{rcpt}>'] },
    { logs: ['Message from IP address {peer}, sender <{sender}> rejected: message too big'], counts: [] },
  ],
};
