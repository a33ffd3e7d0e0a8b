/** Servers of tests listen on loopback, at a port that is free. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Server } from 'node:net';

/** The port, once the server listens. */
export async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : assert.fail('it listens at no port');
}
