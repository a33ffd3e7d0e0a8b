/** stunnel 5.68: client.c. What is not printable of a certificate is escaped; only its names are the client’s. */

import type { HostileTable } from '../support/hostile/table.js';
import { oneLine } from '../support/hostile/text.js';

export const table: HostileTable = {
  line: 'gate stunnel[7]: ',
  transport: 'syslog',
  options: [{}],
  fields: {
    subject: { honest: 'CN=anna', max: 300, write: oneLine },
    user: { honest: 'anna', max: 300, write: oneLine },
  },
  messages: [
    { logs: ['LOG4[7]: Connection from {peer}:40000 REFUSED by IDENT (user "{user}")'] },
    { logs: ['LOG4[7]: Service [imaps] REFUSED by libwrap from {peer}:40000'] },
    {
      logs: [
        'LOG5[7]: Service [imaps] accepted connection from {peer}:40000',
        'LOG3[7]: SSL_accept: ssl/statem/statem_srvr.c:3510: error:0A0000C7:SSL routines::peer did not return a certificate',
      ],
    },
    {
      logs: [
        'LOG5[7]: Service [imaps] accepted connection from {peer}:40000',
        'LOG5[7]: Certificate accepted at depth=0: {subject}',
      ],
      counts: [],
    },
  ],
};
