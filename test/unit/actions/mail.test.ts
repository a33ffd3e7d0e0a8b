/** Mail and servers that do not do as they should. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { SMTPServer } from 'smtp-server';
import { mailDeliverer, outcomeOf } from '../../../src/actions/mail/mail.js';
import { done } from '../../../src/actions/outcome.js';
import { exampleRecord } from '../../../src/actions/record.js';
import type { MailAction } from '../../../src/config/actions/action-config.js';
import { systemClock } from '../../../src/host/system-clock.js';
import { NOON } from '../../fakes/values.js';
import { listening } from '../../support/listening.js';
import { until } from '../../support/process.js';
import { runBounded } from '../../support/run-bounded.js';

function mailAction(port: number): MailAction {
  return {
    ...{ type: 'mail', name: 'it', on: ['ban'], jails: [], every: 0, batch: 1, limit: 1, timeout: 3_600_000_000 },
    ...{ to: ['root@mail.example'], from: undefined, user: undefined, password: undefined, rdapServer: undefined },
    server: { kind: 'smtp', host: '127.0.0.1', port, isTls: false },
  };
}

const parts = {
  ...{ credential: () => '', host: 'mail', lineOf: () => undefined, tell: () => {}, run: runBounded },
  ...{
    locator: async () => () => ({}),
    namesOf: async () => [],
    askRdap: async () => assert.fail(),
    clock: systemClock,
  },
};

/** Where the server listens, until the test ends. */
async function portOf(t: Pick<TestContext, 'after'>, server: SMTPServer): Promise<number> {
  const listening = server.listen(0, '127.0.0.1');
  t.after(() => new Promise<void>((resolve) => server.close(() => resolve())));
  await once(listening, 'listening');
  const address = listening.address();
  assert.ok(typeof address === 'object' && address !== null);
  return address.port;
}

test('an attempt that is broken off leaves no connection behind', { timeout: 30_000 }, async (t) => {
  const sockets: Socket[] = [];
  const silent = createServer((socket) => sockets.push(socket.on('error', () => {})));
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    silent.close();
  });
  const port = await listening(silent);
  const ending = new AbortController();
  const attempt = mailDeliverer(mailAction(port), parts).deliver(
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

test('a recipient that is taken only later gets it later, alone, and one that never is is told of once', async (t) => {
  const mails: (readonly string[])[] = [];
  let isBusy = true;
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    onRcptTo({ address }, _session, answer) {
      if (address.startsWith('gone')) return answer(Object.assign(new Error('nobody'), { responseCode: 550 }));
      if (address.startsWith('busy') && isBusy) return answer(Object.assign(new Error('later'), { responseCode: 451 }));
      return answer();
    },
    onData(stream, { envelope }, answer) {
      stream.resume().on('end', () => {
        mails.push(envelope.rcptTo.map(({ address }) => address));
        answer();
      });
    },
  });
  const port = await portOf(t, server);
  const told: string[] = [];
  const action = { ...mailAction(port), to: ['here@mail.example', 'busy@mail.example', 'gone@mail.example'] };
  const deliverer = mailDeliverer(action, { ...parts, tell: (text) => told.push(text) });
  const { signal } = new AbortController();
  const [one, two] = ['ban', 'unban'].map((kind) => exampleRecord(kind, 'mail', NOON, 'ban'));
  assert.ok(one && two);
  const first = await deliverer.deliver([one], signal);
  assert.ok(first.kind === 'failed');
  assert.match(first.reason, /busy@mail\.example: .*451/);
  isBusy = false;
  assert.deepEqual(await deliverer.deliver([one, two], signal), done);
  assert.deepEqual(mails, [['here@mail.example'], ['here@mail.example'], ['busy@mail.example']]);
  assert.equal(told.length, 1, told.join('\n'));
  assert.match(told[0] ?? '', /refuses gone@mail\.example: .*550/);
});

test('however long a server’s refusal of a recipient is, it is told in one short line', async (t) => {
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    onRcptTo({ address }, _session, answer) {
      if (address.startsWith('here')) return answer();
      answer(Object.assign(new Error('\u001b[31m'.repeat(20_000)), { responseCode: 550 }));
    },
    onData: (stream, _session, answer) => void stream.resume().on('end', () => answer()),
  });
  const port = await portOf(t, server);
  const told: string[] = [];
  const action = { ...mailAction(port), to: ['here@mail.example', 'gone@mail.example'] };
  const deliverer = mailDeliverer(action, { ...parts, tell: (text) => told.push(text) });
  const { signal } = new AbortController();
  assert.deepEqual(await deliverer.deliver([exampleRecord('it', 'mail', NOON, 'ban')], signal), done);
  assert.match(told.join('\n'), /^the mail server refuses gone@mail\.example: [ -~…]{20,500}$/);
});

test('sendmail gets the whole mail for its recipients, and is ended with the attempt', {
  timeout: 30_000,
}, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'f2b-sendmail-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const sendmail = join(folder, 'sendmail');
  const action: MailAction = { ...mailAction(1), server: { kind: 'sendmail' } };
  const deliver = (signal: AbortSignal) =>
    mailDeliverer(action, { ...parts, sendmail }).deliver([exampleRecord('it', 'mail', NOON, 'ban')], signal);
  writeFileSync(sendmail, '#!/bin/sh\nprintf "%s " "$@" >"$0.args"; cat >"$0.mail"\n', { mode: 0o755 });
  assert.deepEqual(await deliver(AbortSignal.timeout(20_000)), done);
  assert.equal(readFileSync(`${sendmail}.args`, 'utf8'), '-i -f f2b@mail -- root@mail.example ');
  assert.match(readFileSync(`${sendmail}.mail`, 'utf8'), /^Subject: \[f2b\] mail: TEST: /m);
  writeFileSync(sendmail, '#!/bin/sh\necho $$ >"$0.pid"; exec sleep 3600\n', { mode: 0o755 });
  const ending = new AbortController();
  const attempt = deliver(ending.signal);
  const pid = await until('it runs', () => {
    try {
      return Number(readFileSync(`${sendmail}.pid`, 'utf8').trim()) || undefined;
    } catch {
      return undefined;
    }
  });
  ending.abort();
  assert.equal((await attempt).kind, 'failed');
  assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' });
});

test('a mail whose answer was lost is another one once it tells of more', async (t) => {
  const ids: string[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    onData(stream, _session, answer) {
      let raw = '';
      stream.setEncoding('latin1').on('data', (text: string) => {
        raw += text;
      });
      stream.on('end', () => {
        ids.push(/^Message-ID: (.*)$/im.exec(raw)?.[1] ?? '');
        if (ids.length > 1) return answer();
        for (const connection of server.connections) connection.close();
      });
    },
  });
  server.on('error', () => {});
  const deliverer = mailDeliverer(mailAction(await portOf(t, server)), parts);
  const { signal } = new AbortController();
  const [one, two] = ['ban', 'unban'].map((action) => exampleRecord(action, 'mail', NOON, 'ban'));
  assert.ok(one && two);
  assert.equal((await deliverer.deliver([one], signal)).kind, 'failed');
  for (const events of [[one], [one, two]]) assert.deepEqual(await deliverer.deliver(events, signal), done);
  assert.equal(ids[0], ids[1]);
  assert.notEqual(ids[1], ids[2]);
});

test('looks for a hundred entries at most, whether they are there or gone', async () => {
  let asked = 0;
  const entries = Array.from({ length: 10 }, (_, n) => `s=${n}`);
  const events = Array.from({ length: 500 }, (_, n) => ({ ...exampleRecord(`${n}`, 'mail', NOON, 'ban'), entries }));
  const lineOf = () => {
    asked += 1;
    return undefined;
  };
  await mailDeliverer(mailAction(1), { ...parts, lineOf }).deliver(events, AbortSignal.timeout(60_000));
  assert.equal(asked, 100);
});

test('that a server with several addresses cannot be reached is told with why', async () => {
  const refusing = createServer();
  const port = await listening(refusing);
  await new Promise((resolve) => refusing.close(resolve));
  // What node throws where each address of a name refuses: it has no message of its own.
  const both = connect({
    port,
    host: 'mail.example',
    lookup: (_name, _options, found) =>
      found(null, [
        { address: '127.0.0.1', family: 4 },
        { address: '127.0.0.2', family: 4 },
      ]),
  });
  const [error]: readonly unknown[] = await once(both, 'error');
  assert.ok(error instanceof AggregateError);
  assert.equal(error.message, '');
  const outcome = outcomeOf(error, (text) => text);
  assert.equal(outcome.kind, 'failed');
  assert.match(
    outcome.reason,
    /^the mail server: connect ECONNREFUSED 127\.0\.0\.1:\d+; connect ECONNREFUSED 127\.0\.0\.2:\d+$/,
  );
});
