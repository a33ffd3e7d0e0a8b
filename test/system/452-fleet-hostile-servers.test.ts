/** A server that was named, or whoever sits in between, and that does what it likes with who connects. */
import assert from 'node:assert/strict';
import { createServer, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { createUser } from '@nats-io/nkeys';
import { wantedStream } from '../../src/nats/open-stream.js';
import { openSession } from '../../src/nats/session.js';
import { listening } from '../support/listening.js';
import { sleep } from '../support/process.js';

/** A server that greets as told; `seen`: each connection, once both ends have let it go, with how many bytes it took. */
async function serve(t: TestContext, greet: (socket: Socket) => void) {
  const seen: Promise<number>[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => {});
    const closed = new Promise((resolve) => socket.once('close', resolve));
    seen.push(closed.then(() => socket.bytesWritten - socket.writableLength));
    socket.resume();
    greet(socket);
  });
  const port = await listening(server);
  t.after(() => server.close());
  return { seen, port };
}

const open = (port: number, isEncrypted: boolean) =>
  openSession({
    ...{ servers: [`127.0.0.1:${port}`], host: 'web1', seed: createUser().getSeed(), replicas: 1 },
    tls: isEncrypted ? {} : undefined,
  });

const info = (more: object) =>
  `INFO ${JSON.stringify({ server_id: 'x', version: '2.10.0', proto: 1, headers: true, max_payload: 65_536, nonce: 'abc', ...more })}\r\n`;

/** Sends it again and again, for as long as the other side takes it. */
function flood(socket: Socket, next: () => Buffer | string): void {
  const send = () => {
    while (!socket.destroyed && socket.write(next()));
  };
  socket.on('drain', send);
  send();
}

/** Lets whoever comes in, and goes on as told. */
function letIn(socket: Socket, next: () => void): void {
  socket.write(info({}));
  socket.on('data', (bytes) => {
    if (!bytes.includes('PING')) return;
    socket.removeAllListeners('data');
    socket.resume();
    socket.write('PONG\r\n');
    next();
  });
}

const MOST = 32 << 20;

interface Case {
  readonly name: string;
  readonly isEncrypted?: boolean;
  readonly greet: (socket: Socket) => void;
}

const cases: readonly Case[] = [
  { name: 'says nothing', greet: () => {} },
  {
    name: 'begins to encrypt and says nothing more',
    isEncrypted: true,
    greet: (socket) => socket.write(info({ tls_required: true })),
  },
  { name: 'does not encrypt', isEncrypted: true, greet: (socket) => socket.write(info({})) },
  { name: 'greets without end', greet: (socket) => flood(socket, () => Buffer.from(`INFO ${'x'.repeat(65_000)}`)) },
  { name: 'speaks something else', greet: (socket) => socket.write('SSH-2.0-OpenSSH_10.0\r\n') },
  {
    name: 'answers with garbage',
    greet: (socket) => letIn(socket, () => flood(socket, () => Buffer.alloc(65_536, 7))),
  },
  {
    name: 'answers with a line that does not end',
    greet: (socket) => letIn(socket, () => flood(socket, () => Buffer.from(`MSG ${'a'.repeat(65_000)}`))),
  },
  {
    name: 'answers with a message that does not end',
    greet: (socket) =>
      letIn(socket, () => {
        socket.write('MSG a 1 999999999999\r\n');
        flood(socket, () => Buffer.alloc(65_536, 7));
      }),
  },
];

test('whatever a server sends or leaves unsaid, it is let go of in time, and has filled no memory', async (t) => {
  const outcomes = cases.map(async ({ name, isEncrypted = false, greet }) => {
    const { seen, port } = await serve(t, greet);
    await assert.rejects(open(port, isEncrypted), { code: 'FLEET_UNREACHABLE' }, name);
    const taken = await Promise.all(seen);
    assert.equal(taken.length, 1, name);
    for (const bytes of taken) assert.ok(bytes < MOST, `a server that ${name}: ${bytes} bytes were taken`);
  });
  await Promise.all(outcomes);
});

/** What JetStream answers, to each question by its last words. */
const answers: readonly (readonly [question: RegExp, answer: object])[] = [
  [
    /STREAM\.INFO/,
    {
      config: wantedStream(1),
      created: '2026-01-01T00:00:00Z',
      state: { last_seq: 1_000_000_000, first_seq: 1, messages: 1_000_000_000 },
    },
  ],
  [/CONSUMER\.DELETE/, { success: true }],
  [
    /CONSUMER\.(?:CREATE|INFO)/,
    { stream_name: 'F2B', name: 'web1', config: { name: 'web1', ack_policy: 'none' }, num_pending: 1_000_000_000 },
  ],
];

/** Answers as JetStream does until messages are asked for, and sends those without end. */
function floodWithMessages(socket: Socket): void {
  const subscriptions = new Map<string, string>();
  const idOf = (inbox: string) => [...subscriptions].find(([prefix]) => inbox.startsWith(prefix))?.[1] ?? '0';
  const message = (subject: string, id: string, body: string, reply = '') =>
    `MSG ${subject} ${id} ${reply} ${body.length}\r\n${body}\r\n`;
  const flooding = (id: string) => {
    let sent = 0;
    const next = () => {
      sent += 1;
      const place = `$JS.ACK.F2B.web1.1.${sent}.${sent}.1700000000000000000.1000000`;
      return message('f2b.ban.a.b.c', id, 'x'.repeat(100), place);
    };
    flood(socket, () => Array.from({ length: 500 }, next).join(''));
  };
  const hear = (line: string) => {
    const [word = '', subject = '', third = ''] = line.split(' ');
    if (word === 'PING') socket.write('PONG\r\n');
    if (word === 'SUB') subscriptions.set(subject.replace(/\*$/, ''), third);
    if (word !== 'PUB') return;
    const found = answers.find(([question]) => question.test(subject));
    if (found !== undefined) socket.write(message(third, idOf(third), JSON.stringify(found[1])));
    if (/MSG\.NEXT/.test(subject)) flooding(idOf(third));
  };
  let text = '';
  socket.write(info({}));
  socket.on('data', (bytes) => {
    const lines = `${text}${bytes.toString('latin1')}`.split('\r\n');
    text = lines.pop() ?? '';
    lines.forEach(hear);
  });
}

test('a server that sends more than it was asked for is let go of', async (t) => {
  const { seen, port } = await serve(t, floodWithMessages);
  const session = await open(port, false);
  const reading = session.read(0, () => sleep(0.05));
  await assert.rejects(reading, { code: 'FLEET_UNREACHABLE', message: /more than it was asked for/ });
  await Promise.all(seen);
});
