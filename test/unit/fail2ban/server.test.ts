import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Commands, END } from '../../../src/fail2ban/commands.js';
import { pickle } from '../../../src/fail2ban/pickle.js';
import { PickleTuple } from '../../../src/fail2ban/pickle-value.js';
import { createFail2banServer, type ServerOptions } from '../../../src/fail2ban/server.js';
import { unpickle } from '../../../src/fail2ban/unpickle.js';
import { until } from '../../support/process.js';

const folder = mkdtempSync(join(tmpdir(), 'f2b-fail2ban-socket-'));
const path = join(folder, 'socket');
const refused: string[] = [];
let server: Server;

before(async () => {
  server = createFail2banServer({
    answer: async (command) => new PickleTuple(0, command),
    refused: (why) => void refused.push(why),
    asked: () => undefined,
  });
  server.listen(path);
  await once(server, 'listening');
});
after(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

/** All that comes back until the other side ends. */
async function read(socket: Socket): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of socket) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const command = (...words: readonly string[]) => Buffer.concat([pickle(words), END]);
const CLOSE = Buffer.concat([Buffer.from('<F2B_CLOSE_COMMAND>'), END]);

test('several commands on one connection, in pieces of any size, are answered in their order', async () => {
  const all = Buffer.concat([command('a'), command('b', 'c'), CLOSE]);
  for (const size of [1, 7, 1_000]) {
    const socket = connect(path);
    for (let at = 0; at < all.length; at += size) socket.write(all.subarray(at, at + size));
    const commands = new Commands();
    commands.add(await read(socket));
    const answers = [commands.next(), commands.next()].map((bytes) => unpickle(bytes ?? Buffer.alloc(0)));
    assert.deepEqual(answers, [new PickleTuple(0, ['a']), new PickleTuple(0, ['b', 'c'])]);
  }
});

test('what is no command is refused with the reason, told, and ends the connection', async () => {
  const cases: readonly (readonly [string, Buffer, RegExp])[] = [
    ['a call', Buffer.concat([Buffer.from('cos\nsystem\n(Vid\ntR.'), END]), /opcode 0x63 is not allowed/],
    ['nothing', END, /cut off/],
    ['without end', Buffer.alloc(2 << 20, 'x'), /too long/],
  ];
  for (const [name, bytes, told] of cases) {
    const socket = connect(path);
    socket.on('error', () => socket.destroy());
    socket.write(bytes);
    const answered = await read(socket).catch(() => undefined);
    assert.match(refused.at(-1) ?? '', told, name);
    if (answered !== undefined && answered.length > 0) assert.match(answered.toString('latin1'), /ERROR: /, name);
  }
});

test('a thousand connections, half commands and clients that leave keep nobody else waiting', async () => {
  const idle = Array.from({ length: 1_000 }, () => {
    const socket = connect(path);
    socket.on('error', () => socket.destroy());
    socket.write(command('a').subarray(0, 5));
    return socket;
  });
  await Promise.all(idle.map(settled));
  for (const socket of idle) socket.destroy();
  assert.match(await until('an answer', stillThere), /still there/);
});

test('connections that are held, however many, keep nobody out who asks', async (t) => {
  const { own } = await impatient(t, 300_000, async (command) => new PickleTuple(0, command));
  const held = await Promise.all(
    Array.from({ length: 1_000 }, async () => {
      const socket = connect(own);
      socket.on('error', () => socket.destroy());
      socket.write(command('a').subarray(0, 5));
      await settled(socket);
      return socket;
    }),
  );
  t.after(() => {
    for (const socket of held) socket.destroy();
  });
  const asking = connect(own);
  asking.on('error', () => asking.destroy());
  asking.write(Buffer.concat([command('still there'), CLOSE]));
  assert.match((await read(asking)).toString('latin1'), /still there/);
});

/** A server with this timeout, ms, and the path of its socket. */
async function impatient(t: TestContext, timeout: number, answer: ServerOptions['answer']) {
  const own = join(folder, `timeout-${timeout}`);
  const server = createFail2banServer({ answer, refused: () => undefined, asked: () => undefined, timeout });
  server.listen(own);
  await once(server, 'listening');
  t.after(() => server.close());
  return { own, server };
}

test('a conversation that is over is closed, also by clients that never close it', async (t) => {
  const { own, server } = await impatient(t, 200, async (command) => new PickleTuple(0, command));
  const endings = [CLOSE, Buffer.concat([Buffer.from('cos\nsystem\n.'), END]), Buffer.alloc(2 << 20, 'x')];
  const clients = endings.map((bytes) => {
    const socket = connect({ path: own, allowHalfOpen: true });
    socket.on('error', () => undefined);
    socket.write(bytes);
    socket.resume();
    return socket;
  });
  t.after(() => {
    for (const socket of clients) socket.destroy();
  });
  await Promise.all(clients.map((socket) => once(socket, 'connect')));
  await until('all connections to be closed', async () => {
    const count = await new Promise<number>((resolve) => server.getConnections((_, open) => resolve(open)));
    return count === 0 ? true : undefined;
  });
});

test('an answer that takes longer than a client may pause is given', async (t) => {
  const { own } = await impatient(t, 100, (command) => sleep(300, new PickleTuple(0, command)));
  await until('the answer', async () => {
    const socket = connect(own);
    socket.on('error', () => socket.destroy());
    socket.write(Buffer.concat([command('slow'), CLOSE]));
    const answered = await read(socket).catch(() => Buffer.alloc(0));
    return answered.length > 0 ? true : undefined;
  });
});

/** Connected, or turned away. */
function settled(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.once('connect', () => resolve());
    socket.once('close', () => resolve());
  });
}

/** Undefined when it was turned away. */
async function stillThere(): Promise<string | undefined> {
  const socket = connect(path);
  socket.on('error', () => socket.destroy());
  socket.end(command('still there'));
  const answered = await read(socket).catch(() => Buffer.alloc(0));
  return answered.length > 0 ? answered.toString('latin1') : undefined;
}
