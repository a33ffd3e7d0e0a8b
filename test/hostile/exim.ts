/** Exim 4.96 and 4.100: smtp_in.c. What is not printable is escaped; greetings hold letters, digits, dots and hyphens. */
import type { HostileTable } from '../support/hostile/table.js';

/** check_helo(): nothing else is a greeting, but for an address in brackets. */
function greeting(text: string): string {
  return text.replace(/[^A-Za-z0-9.-]/g, '') || 'x';
}

/** An address with a zone, which may hold anything that is no blank; brackets too, as a client would like. */
function zoned(text: string): string {
  return `[IPv6:fe80::1%${text.replace(/\s/g, '')}]`;
}

/** A local part in quotes, as a client sends it. */
function quotedSender(text: string): string {
  return `"${printing(text).replace(/["\\]/g, '\\$&')}"@x.example`;
}

/** string_printing() */
function printing(text: string): string {
  const octal = (byte: string) => `\\${byte.charCodeAt(0).toString(8).padStart(3, '0')}`;
  return Buffer.from(text)
    .toString('latin1')
    .replace(/[^ -~]/g, octal)
    .replaceAll('\n', '\\n');
}

/** write_syslog() */
function numbered(message: string, limit: number): readonly string[] {
  const pieces = message.match(new RegExp(`.{1,${limit}}`, 'gs')) ?? [];
  return pieces.map((piece, at) => `[${at + 1}/${pieces.length}] ${piece}`);
}

export const table: HostileTable = {
  line: 'mx exim[7]: ',
  transport: 'syslog',
  limit: 870,
  split: numbered,
  options: [{ mode: 'normal' }, { mode: 'aggressive' }],
  fields: {
    helo: { honest: 'mail.example.net', write: greeting },
    user: { honest: 'anna', max: 1000, write: printing },
    sender: { honest: 'a@b.example', max: 1000, write: printing },
    rcpt: { honest: 'c@d.example', max: 1000, write: printing },
    zone: { honest: 'eth0', max: 1000, write: zoned },
    quoted: { honest: 'a>b', max: 1000, write: quotedSender },
    input: { honest: 'GET / HTTP/1.1', max: 1000, write: printing },
  },
  messages: [
    {
      logs: [
        'login authenticator failed for ({helo}) [{peer}]:40000: 535 Incorrect authentication data (set_id={user})',
      ],
    },
    { logs: ['H=({helo}) [{peer}]:40000 F=<{sender}> rejected RCPT <{rcpt}>: relay not permitted'] },
    { logs: ['H=({zone}) [{peer}]:40000 F=<{quoted}> rejected RCPT <{rcpt}>: relay not permitted'] },
    { logs: ['plain authenticator failed for ({zone}) [{peer}]: 535 Incorrect authentication data (set_id={user})'] },
    { logs: ['SMTP syntax error in "{input}" H=({zone}) [{peer}]:40000 unrecognized command'], counts: ['aggressive'] },
    { logs: ['H=({helo}) [{peer}]:40000 F=<{sender}> rejected RCPT <{rcpt}>: Unrouteable address'] },
    { logs: ['H=({helo}) [{peer}]:40000 F=<{sender}> SPF DMARC rejected RCPT <{rcpt}>: relay not permitted'] },
    { logs: ['H=({helo}) [{peer}]:40000 F=<{sender}> temporarily rejected RCPT <{rcpt}>: greylisted'], counts: [] },
    {
      logs: [
        'H=({helo}) [{peer}]:40000 sender verify fail for <{sender}>: Unrouteable address',
        'H=({helo}) [{peer}]:40000 F=<{sender}> rejected RCPT <{rcpt}>: Sender verify failed',
      ],
    },
    {
      logs: [
        'SMTP protocol synchronization error (input sent without waiting for greeting): rejected connection from H=[{peer}]:40000 input="{input}"',
      ],
    },
    {
      logs: [
        'SMTP protocol synchronization error (next input sent too soon: pipelining was not advertised): rejected "{input}" H=({helo}) [{peer}]:40000 next input="{input}"',
      ],
    },
    { logs: ['SMTP call from ({helo}) [{peer}]:40000 dropped: too many unrecognized commands (last was "{input}")'] },
    { logs: ['rejected EHLO from [{peer}]:40000: syntactically invalid argument(s): {input}'], counts: ['aggressive'] },
    { logs: ['SMTP syntax error in "{input}" H=({helo}) [{peer}]:40000 unrecognized command'], counts: ['aggressive'] },
    { logs: ['1tQ8Zx-0001ab-2D <= {sender} H=({helo}) [{peer}]:40000 P=esmtp S=1000 T="{input}"'], counts: [] },
  ],
};
