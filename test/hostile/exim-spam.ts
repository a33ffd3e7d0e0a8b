/** Exim 4.96: smtp_in.c, receive.c. What is not printable is escaped. */
import type { HostileTable } from '../support/hostile/table.js';

/** check_helo(): nothing else is a greeting. */
function greeting(text: string): string {
  return text.replace(/[^A-Za-z0-9.-]/g, '') || 'x';
}

function printing(text: string): string {
  return text.replace(/[^ -~]/g, '?');
}

export const table: HostileTable = {
  line: 'mx exim[7]: ',
  transport: 'syslog',
  options: [{}],
  fields: {
    helo: { honest: 'mail.example.net', write: greeting },
    sender: { honest: 'a@b.example', max: 200, write: printing },
    rcpt: { honest: 'c@d.example', max: 200, write: printing },
    input: { honest: '<1@b.example>', max: 200, write: printing },
  },
  messages: [
    {
      logs: [
        'H=({helo}) [{peer}]:40000 F=<{sender}> rejected RCPT <{rcpt}>: {peer} is listed at zen.spamhaus.org (127.0.0.4)',
      ],
    },
    {
      logs: [
        '1tQ8Zx-0001ab-2D H=({helo}) [{peer}]:40000 F=<{sender}> rejected after DATA: This message scored 12.3 spam points.',
      ],
    },
    {
      logs: [
        '1tQ8Zx-0001ab-2D SA: Action: permanently rejected message: score=9.5 required=5.0 (scanned in 3/3 secs | Message-Id: {input}). From <{sender}> (host=host.example.net [{peer}]) for {rcpt}',
      ],
    },
    { logs: ['1tQ8Zx-0001ab-2D <= {sender} H=({helo}) [{peer}]:40000 P=esmtp S=1000 T="{input}"'], counts: [] },
  ],
};
