/** A server on the socket that systemd hands over. It ends on a signal, and when nobody has asked for a while. */
import { once } from 'node:events';
import type { Server } from 'node:net';
import { closingServer } from '../../host/closing-server.js';
import { handedSocket } from '../../host/handed-socket.js';
import { endSignal } from './end-signal.js';

/** ms: longer than collectors and exporters pause. */
const IDLE = 300_000;
/** ms for what is being answered when it ends: meanwhile nobody is let in, and systemd starts no other. */
const LAST_ANSWERS = 10_000;

/**
 * `create` makes it, to call `asked` at each question. `closing` is called when it does not listen any more. Resolves once
 * all connections have ended, which those do that clients hold.
 */
export async function serveUntilIdle(
  socket: string,
  create: (asked: () => void) => Server,
  closing: () => void = () => {},
): Promise<void> {
  const end = endSignal();
  const idle = new AbortController();
  const idleTimer = setTimeout(() => idle.abort(), IDLE);
  const server = create(() => void idleTimer.refresh());
  const close = closingServer(server, LAST_ANSWERS);
  server.listen({ fd: handedSocket(process.env, process.pid, socket) });
  await once(AbortSignal.any([end, idle.signal]), 'abort');
  const closed = close();
  closing();
  await closed;
}
