/** A server that was named, or whoever sits in between, and that does what it likes with who connects. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { createUser } from '@nats-io/nkeys';
import { openSession } from '../../src/nats/session.js';

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
  await once(server.listen(0, '127.0.0.1'), 'listening');
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
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
function flood(socket: Socket, bytes: Buffer): void {
  const send = () => {
    while (!socket.destroyed && socket.write(bytes));
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
  { name: 'greets without end', greet: (socket) => flood(socket, Buffer.from(`INFO ${'x'.repeat(65_000)}`)) },
  { name: 'speaks something else', greet: (socket) => socket.write('SSH-2.0-OpenSSH_10.0\r\n') },
  { name: 'answers with garbage', greet: (socket) => letIn(socket, () => flood(socket, Buffer.alloc(65_536, 7))) },
  {
    name: 'answers with a line that does not end',
    greet: (socket) => letIn(socket, () => flood(socket, Buffer.from(`MSG ${'a'.repeat(65_000)}`))),
  },
  {
    name: 'answers with a message that does not end',
    greet: (socket) =>
      letIn(socket, () => {
        socket.write('MSG a 1 999999999999\r\n');
        flood(socket, Buffer.alloc(65_536, 7));
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
