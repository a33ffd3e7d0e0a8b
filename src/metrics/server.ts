/**
 * Serves a text over HTTP to collectors. Whatever its clients send, hold or do not take, what is held for them is bounded
 * in size, number and time, and the text is asked for once for all who wait for it.
 */
import { createServer, type RequestListener, type Server } from 'node:http';
import type { Socket } from 'node:net';
import { CONTENT_TYPE } from './exposition.js';

export interface MetricsServerOptions {
  /** The text as it is now; its failure is answered with status 500. */
  readonly text: () => Promise<string>;
  /** Is told of a failure. */
  readonly failed: (error: unknown) => void;
  /** Called whenever somebody has asked. */
  readonly asked: () => void;
  /** ms for an answer, from its request to the last byte that the client takes; half a minute unless it is said. */
  readonly timeout?: number;
}

/** ms for a request, from its first byte to its last. */
const REQUEST_TIME = 5_000;
/** ms: collectors give up after ten seconds. */
const ANSWER_TIME = 30_000;
/** ms for which a collector's connection may wait for the next request. */
const KEEP_ALIVE = 75_000;
const MAX_CONNECTIONS = 32;
const MAX_HEADERS = 8_192;

/** Listens on a socket that systemd opened, or on what else the caller lets it. */
export function createMetricsServer({ text, failed, asked, timeout = ANSWER_TIME }: MetricsServerOptions): Server {
  let underway: Promise<string> | undefined;
  const current = (): Promise<string> => {
    underway ??= text().finally(() => {
      underway = undefined;
    });
    return underway;
  };
  const connections = createConnections();
  const answer: RequestListener = (request, response) => {
    asked();
    const { socket } = request;
    connections.asked(socket);
    const deadline = setTimeout(() => socket.destroy(), timeout);
    response.once('close', () => clearTimeout(deadline));
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    // A body is not waited for.
    if (!isRead) return void response.writeHead(405, { allow: 'GET, HEAD', connection: 'close' }).end();
    if (request.url?.split('?', 1)[0] !== '/metrics') {
      return void response.writeHead(404, { 'content-type': 'text/plain' }).end('see /metrics\n');
    }
    current().then(
      (body) => response.writeHead(200, { 'content-type': CONTENT_TYPE }).end(body),
      (error: unknown) => {
        failed(error);
        response.writeHead(500, { 'content-type': 'text/plain' }).end('see the journal of f2b-metrics.service\n');
      },
    );
  };
  const limits = {
    maxHeaderSize: MAX_HEADERS,
    headersTimeout: REQUEST_TIME,
    requestTimeout: REQUEST_TIME,
    keepAliveTimeout: KEEP_ALIVE,
    connectionsCheckingInterval: REQUEST_TIME,
  };
  const server = createServer(limits, answer);
  return server.on('connection', connections.asked);
}

/** The connections there are, by their last request. Whoever has asked for nothing for longest makes room for the next. */
function createConnections() {
  const open = new Set<Socket>();
  return {
    /** Of one that has just come, too. */
    asked(socket: Socket): void {
      if (!open.delete(socket)) {
        socket.once('close', () => open.delete(socket));
        const [longest] = open;
        if (open.size >= MAX_CONNECTIONS) longest?.destroy();
      }
      open.add(socket);
    },
  };
}
