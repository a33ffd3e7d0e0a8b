/**
 * Who actions tell, in the measured system: a web server and a mail server that take all and count it. They stand for other
 * machines, so that they run when nobody else does.
 */
import type { Container } from '../support/container.js';
import { until } from '../support/process.js';

/** Ports of this system. */
export const WEB = 8099;
export const MAIL = 2525;

const PROGRAM = `
const { createServer } = require('node:http');
const net = require('node:net');
const counts = { requests: 0, events: 0, mails: 0 };
createServer((request, response) => {
  let body = '';
  request.setEncoding('utf8').on('data', (text) => { body += text; });
  request.on('end', () => {
    if (request.method === 'POST') { counts.requests += 1; counts.events += JSON.parse(body).events.length; }
    response.end(JSON.stringify(counts));
  });
}).listen(${WEB}, '127.0.0.1');
net.createServer((socket) => {
  let isData = false;
  let text = '';
  const say = (line) => socket.write(line + '\\r\\n');
  socket.on('error', () => {}).setEncoding('latin1').on('data', (part) => {
    text += part;
    for (let end; (end = text.indexOf('\\r\\n')) >= 0; ) {
      const line = text.slice(0, end);
      text = text.slice(end + 2);
      if (isData) {
        if (line !== '.') continue;
        isData = false;
        counts.mails += 1;
        say('250 taken');
      } else if (/^DATA$/i.test(line)) { isData = true; say('354 go on'); }
      else if (/^QUIT$/i.test(line)) { say('221 bye'); socket.end(); }
      else say('250 ok');
    }
  });
  say('220 bench');
}).listen(${MAIL}, '127.0.0.1');
`;

export interface SinkCounts {
  readonly requests: number;
  /** In all requests. */
  readonly events: number;
  readonly mails: number;
}

export async function startSinks(container: Container): Promise<() => Promise<SinkCounts>> {
  await container.ask('cat >/root/sinks.cjs', { input: PROGRAM });
  await container.ask('systemd-run -q --unit=sinks -p CPUSchedulingPolicy=idle node /root/sinks.cjs');
  const asking = `fetch('http://127.0.0.1:${WEB}').then(async (answer) => console.log(await answer.text()))`;
  const counts = async () =>
    JSON.parse(await container.ask('node --input-type=module', { input: asking })) as SinkCounts;
  await until('the servers answer', () => counts().catch(() => undefined));
  return counts;
}
