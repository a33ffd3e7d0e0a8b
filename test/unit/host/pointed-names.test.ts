/** Reverse names from a name server of our own: real packets over UDP. */
import assert from 'node:assert/strict';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import { pointedNames } from '../../../src/host/pointed-names.js';

/** Where the server listens that answers each question with the PTR record, or not at all. */
async function nameServer(t: TestContext, name: string | undefined): Promise<{ at: string; socket: Socket }> {
  const socket = createSocket('udp4');
  t.after(() => socket.close());
  socket.on('message', (question, { port, address }) => {
    if (name !== undefined) socket.send(answerTo(question, name), port, address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return { at: `127.0.0.1:${socket.address().port}`, socket };
}

function answerTo(question: Buffer, name: string): Buffer {
  const id = question.subarray(0, 2);
  // The name asked for, its type and class.
  const asked = question.subarray(12, question.indexOf(0, 12) + 5);
  const labels = name.split('.').map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label)]));
  const target = Buffer.concat([...labels, Buffer.from([0])]);
  const length = Buffer.from([target.length >> 8, target.length & 255]);
  const header = Buffer.from([0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0]);
  return Buffer.concat([id, header, asked, Buffer.from([0xc0, 12, 0, 12, 0, 1, 0, 0, 0, 60]), length, target]);
}

test('the name is the one that the name server tells', async (t) => {
  const { at } = await nameServer(t, 'scan.example');
  assert.deepEqual(await pointedNames('192.0.2.1', AbortSignal.timeout(20_000), [at]), ['scan.example']);
});

test('a name server that never answers is not waited for once the signal aborts', { timeout: 30_000 }, async (t) => {
  const { at, socket } = await nameServer(t, undefined);
  const ending = new AbortController();
  const names = pointedNames('192.0.2.1', ending.signal, [at]);
  await once(socket, 'message');
  ending.abort();
  assert.deepEqual(await names, []);
  assert.deepEqual(await pointedNames('192.0.2.1', ending.signal, [at]), []);
});
