/** A server on the socket that systemd hands over. It ends on a signal, and when nobody has asked for a while. */
import { once } from 'node:events';
import type { Server } from 'node:net';
import { handedSocket } from '../../host/handed-socket.js';
import { endSignal } from './end-signal.js';

/** ms: longer than collectors and exporters pause. */
const IDLE = 300_000;

/** `create` makes it, to call `asked` at each question. Resolves once it does not listen any more: `close` ends the rest. */
export async function serveUntilIdle<S extends Server>(
  socket: string,
  create: (asked: () => void) => S,
  close: (server: S) => void,
): Promise<void> {
  const end = endSignal();
  const idle = new AbortController();
  const idleTimer = setTimeout(() => idle.abort(), IDLE);
  const server = create(() => void idleTimer.refresh());
  server.listen({ fd: handedSocket(process.env, process.pid, socket) });
  await once(AbortSignal.any([end, idle.signal]), 'abort');
  server.close();
  close(server);
  await once(server, 'close');
}
