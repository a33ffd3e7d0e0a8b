/** Ends a server though clients hold its connections: a half-sent request is waited for by nobody once it listens no more. */
import type { Server, Socket } from 'node:net';

/** To be called before it listens. What it returns stops listening, and resolves once all connections have ended. */
export function closingServer(server: Server, timeout: number): () => Promise<void> {
  const open = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  return async () => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    const deadline = setTimeout(() => {
      for (const socket of open) socket.destroy();
    }, timeout);
    await closed;
    clearTimeout(deadline);
  };
}
