/** Mail and servers that do not do as they should. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { mailDeliverer } from '../../../src/actions/mail/mail.js';
import { exampleRecord } from '../../../src/actions/record.js';
import type { MailAction } from '../../../src/config/action.js';
import { NOON } from '../../fakes/values.js';

function mailAction(port: number): MailAction {
  return {
    ...{ type: 'mail', name: 'it', on: ['ban'], jails: [], every: 0, batch: 1, limit: 1, timeout: 3_600_000_000 },
    ...{ to: ['root@mail.example'], from: undefined, user: undefined, password: undefined },
    server: { kind: 'smtp', host: '127.0.0.1', port, isTls: false },
  };
}

const parts = { credential: () => '', host: 'mail', lineOf: () => undefined };

test('an attempt that is broken off leaves no connection behind', { timeout: 30_000 }, async (t) => {
  const sockets: Socket[] = [];
  const silent = createServer((socket) => sockets.push(socket.on('error', () => {}))).listen(0, '127.0.0.1');
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    silent.close();
  });
  await once(silent, 'listening');
  const address = silent.address();
  assert.ok(typeof address === 'object' && address !== null);
  const ending = new AbortController();
  const attempt = mailDeliverer(mailAction(address.port), parts).deliver(
    [exampleRecord('it', 'mail', NOON, 'ban')],
    ending.signal,
  );
  await once(silent, 'connection');
  ending.abort();
  await assert.rejects(attempt);
  const [socket] = sockets;
  assert.ok(socket);
  socket.resume();
  await once(socket, 'close');
});
