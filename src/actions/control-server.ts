/**
 * Answers f2bctl over a socket in a folder of the service's own: HTTP with JSON, for whoever may enter that folder.
 * Whatever its clients send or leave out, what it holds for them is bounded.
 */
import { rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { asF2bError, F2bError } from '../errors.js';
import type { ActionsControl, TestedEvent } from '../ports/actions-control.js';

/** ms for a request, from its first byte to its last. */
const REQUEST_TIME = 5_000;
const MAX_CONNECTIONS = 16;
const MAX_HEADERS = 4_096;

const tested: readonly TestedEvent[] = ['ban', 'unban', 'problem'];

/** A socket that a killed process left is replaced. */
export function listenForControl(path: string, control: ActionsControl): Server {
  rmSync(path, { force: true });
  const limits = { maxHeaderSize: MAX_HEADERS, headersTimeout: REQUEST_TIME, requestTimeout: REQUEST_TIME };
  const server = createServer(limits, (request, response) => {
    answer(request, control).then(
      (value) => send(response, 200, value),
      (error: unknown) => {
        const { code, message, hint } = asF2bError(error);
        send(response, code === 'ACTION_UNKNOWN' ? 404 : 502, { code, message, hint });
      },
    );
  });
  server.maxConnections = MAX_CONNECTIONS;
  return server.listen(path);
}

function send(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json', connection: 'close' }).end(JSON.stringify(value));
}

async function answer({ method, url = '' }: IncomingMessage, control: ActionsControl): Promise<unknown> {
  const { pathname, searchParams } = new URL(url, 'http://localhost');
  if (method === 'GET' && pathname === '/actions') return control.status();
  if (method === 'POST' && pathname === '/test') {
    const event = tested.find((one) => one === searchParams.get('event'));
    if (event === undefined) throw new F2bError('USAGE', 'no such event');
    await control.test(searchParams.get('action') ?? '', event);
    return {};
  }
  throw new F2bError('USAGE', `${method} ${pathname}`);
}
