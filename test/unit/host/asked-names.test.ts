/** Names of hosts asked of a name server of our own: real packets over UDP. */
import assert from 'node:assert/strict';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import { askedNames } from '../../../src/host/asked-names.js';

/** A server that says 192.0.2.7 and that there is no IPv6 address, or nothing at all. */
async function nameServer(t: TestContext, isSilent = false): Promise<{ at: string; socket: Socket }> {
  const socket = createSocket('udp4');
  t.after(() => socket.close());
  socket.on('message', (question, { port, address }) => {
    if (!isSilent) socket.send(answerTo(question), port, address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return { at: `127.0.0.1:${socket.address().port}`, socket };
}

function answerTo(question: Buffer): Buffer {
  // The name asked for, its type and class; the type of an IPv4 address is 1.
  const asked = question.subarray(12, question.indexOf(0, 12) + 5);
  const isIpv4 = asked.at(-3) === 1;
  const header = Buffer.from([0x81, 0x80, 0, 1, 0, isIpv4 ? 1 : 0, 0, 0, 0, 0]);
  const record = isIpv4 ? [0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 7] : [];
  return Buffer.concat([question.subarray(0, 2), header, asked, Buffer.from(record)]);
}

function found(signal: AbortSignal, at: string, all: boolean) {
  return new Promise<unknown>((resolve, reject) => {
    askedNames(signal, [at])('rdap.example', { all }, (error, address, family) =>
      error === null ? resolve(all ? address : [address, family]) : reject(error),
    );
  });
}

test('the addresses are those that the name server tells, one or all', async (t) => {
  const { at } = await nameServer(t);
  const signal = AbortSignal.timeout(20_000);
  assert.deepEqual(await found(signal, at, false), ['192.0.2.7', 4]);
  assert.deepEqual(await found(signal, at, true), [{ address: '192.0.2.7', family: 4 }]);
});

test('a name server that never answers is not waited for once the signal aborts', { timeout: 30_000 }, async (t) => {
  const { at, socket } = await nameServer(t, true);
  const ending = new AbortController();
  const names = found(ending.signal, at, true);
  await once(socket, 'message');
  ending.abort();
  await assert.rejects(names, { code: 'ECANCELLED' });
  await assert.rejects(found(ending.signal, at, true));
});
