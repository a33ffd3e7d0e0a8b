import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { type TestContext, test } from 'node:test';
import { F2bError } from '../../../src/errors.js';
import { handedSocket } from '../../../src/host/handed-socket.js';
import { createMetricsServer } from '../../../src/metrics/server.js';
import { listening } from '../../support/listening.js';

async function served(t: TestContext, text: () => Promise<string>, timeout?: number) {
  const failures: unknown[] = [];
  let asked = 0;
  const server = createMetricsServer({
    text,
    failed: (error) => failures.push(error),
    asked: () => {
      asked += 1;
    },
    ...(timeout !== undefined && { timeout }),
  });
  const port = await listening(server);
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { port, url: `http://127.0.0.1:${port}`, failures, askedTimes: () => asked };
}

test('collectors get the text, and whoever asks for something else is told where it is', async (t) => {
  const { url, askedTimes } = await served(t, async () => 'f2b_up 1\n');
  const answer = await fetch(`${url}/metrics?x=1`);
  assert.equal(await answer.text(), 'f2b_up 1\n');
  assert.match(answer.headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/);
  const other = await fetch(`${url}/`);
  assert.deepEqual([other.status, await other.text()], [404, 'see /metrics\n']);
  assert.equal((await fetch(`${url}/metrics`, { method: 'POST', body: 'x' })).status, 405);
  assert.equal(askedTimes(), 3);
});

test('the text is asked for once for all who wait for it, and anew for those who come later', async (t) => {
  const answers: ((text: string) => void)[] = [];
  const { url } = await served(t, () => new Promise((resolve) => answers.push(resolve)));
  const both = [fetch(`${url}/metrics`), fetch(`${url}/metrics`)];
  while (answers.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  // The second may come after the first was answered: it is one question more then.
  const answering = setInterval(() => answers.at(-1)?.('1'), 5);
  t.after(() => clearInterval(answering));
  assert.deepEqual(await Promise.all(both.map(async (answer) => (await answer).text())), ['1', '1']);
  assert.equal(await (await fetch(`${url}/metrics`)).text(), '1');
  assert.ok(answers.length >= 2);
});

test('a failure is told, and answered without what it was about', async (t) => {
  const { url, failures } = await served(t, async () => {
    throw new F2bError('ACCESS_DENIED', 'secret');
  });
  const answer = await fetch(`${url}/metrics`);
  assert.equal(answer.status, 500);
  assert.doesNotMatch(await answer.text(), /secret/);
  assert.equal(failures.length, 1);
});

test('what is no request, or too long a one, ends its connection', async (t) => {
  const { port, url } = await served(t, async () => 'f2b_up 1\n');
  for (const bytes of ['\0\n\n', `GET /metrics HTTP/1.1\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`]) {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {});
    socket.resume();
    socket.write(bytes);
    await once(socket, 'close');
  }
  assert.equal((await fetch(`${url}/metrics`)).status, 200);
});

/** One that the client never closes. */
async function holding(t: TestContext, port: number, bytes: string) {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => socket.destroy());
  t.after(() => socket.destroy());
  await once(socket, 'connect');
  socket.write(bytes);
  return socket;
}

test('connections that are held, however many, keep no collector out', async (t) => {
  const { port, url } = await served(t, async () => 'f2b_up 1\n');
  const request = 'GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n';
  for (let n = 0; n < 100; n += 1) await holding(t, port, n % 2 === 0 ? request : request.slice(0, 9));
  assert.equal(await (await fetch(`${url}/metrics`)).text(), 'f2b_up 1\n');
});

test('whoever asks and takes no answer is let go of', async (t) => {
  const { port } = await served(t, async () => 'x'.repeat(20_000_000), 200);
  const socket = await holding(t, port, 'GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n');
  await once(socket, 'readable');
  socket.pause();
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  socket.resume();
  await once(socket, 'close');
  assert.ok(socket.bytesRead < 20_000_000);
});

test('only a socket that was handed to this process is taken', () => {
  assert.equal(handedSocket({ LISTEN_PID: '7', LISTEN_FDS: '1' }, 7, 'x.socket'), 3);
  for (const environment of [{}, { LISTEN_PID: '8', LISTEN_FDS: '1' }, { LISTEN_PID: '7', LISTEN_FDS: '0' }])
    assert.throws(() => handedSocket(environment, 7, 'x.socket'), /no socket was handed over/);
});
