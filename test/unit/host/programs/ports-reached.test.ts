/** Which ports an address has connections to, with real sockets. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { test } from 'node:test';
import { portsReachedBy } from '../../../../src/host/programs/ports-reached.js';
import { anAddress } from '../../../fakes/values.js';

/** The port that the server listens on, and the other end of a connection to it. */
async function connected(listenAt: string, connectTo: string) {
  const server = createServer(() => undefined);
  await once(server.listen(0, listenAt), 'listening');
  const { port } = server.address() as AddressInfo;
  const socket = connect(port, connectTo);
  await once(socket, 'connect');
  return {
    port,
    end() {
      socket.destroy();
      server.close();
    },
  };
}

const cases: readonly (readonly [what: string, listenAt: string, connectTo: string, peer: string])[] = [
  ['an IPv4 address', '127.0.0.1', '127.0.0.1', '127.0.0.1'],
  ['an IPv4 address at a dual-stack socket', '::', '127.0.0.1', '127.0.0.1'],
  ['an IPv6 prefix', '::1', '::1', '::/64'],
];

for (const [what, listenAt, connectTo, peer] of cases) {
  test(`of ${what} those that listen are known, and not the port of its own end`, async () => {
    const one = await connected(listenAt, connectTo);
    try {
      const ports = (await portsReachedBy(anAddress(peer))) ?? assert.fail('ss does not answer');
      assert.ok(ports.includes(one.port), ports.join(' '));
      assert.deepEqual(await portsReachedBy(anAddress('192.0.2.1')), []);
    } finally {
      one.end();
    }
  });
}
