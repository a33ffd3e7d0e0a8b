import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { test } from 'node:test';
import { closingServer } from '../../../src/host/closing-server.js';
import { listening } from '../../support/listening.js';

test('a server ends though a client never ends its request, and after what it answers by then', async (t) => {
  const server = createServer((_, response) => void setTimeout(() => response.end('answered'), 50));
  const close = closingServer(server, 500);
  const port = await listening(server);
  const silent = connect(port, '127.0.0.1');
  silent.on('error', () => silent.destroy());
  t.after(() => silent.destroy());
  silent.write('GET / HTTP/1.1\r\nHo');
  const asked = once(server, 'request');
  const answer = fetch(`http://127.0.0.1:${port}/`);
  await asked;
  await close();
  assert.equal(await (await answer).text(), 'answered');
});
