/** Webhooks and a real web server that answers oddly: what counts as delivered, and what of it is told. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { done } from '../../../src/actions/outcome.js';
import { exampleRecord } from '../../../src/actions/record.js';
import { webhookDeliverer } from '../../../src/actions/webhook/webhook.js';
import type { WebhookAction } from '../../../src/config/actions/action-config.js';
import { NOON } from '../../fakes/values.js';
import { listening } from '../../support/listening.js';

const action: WebhookAction = {
  ...{ type: 'webhook', name: 'it', on: ['ban'], jails: [], every: 0, batch: 1, limit: 1, timeout: 1_000_000 },
  ...{ format: 'json', url: undefined, urlCredential: 'hook', token: undefined, secret: undefined },
  ...{ recipient: undefined, template: undefined, categories: [] },
};

/** Delivers one event to a server that answers so; over TLS with a certificate, and its key, when there is one. */
async function deliver(t: TestContext, answer: RequestListener, path = '/', certificate?: string) {
  const tls = { key: certificate, cert: certificate };
  const server = certificate === undefined ? createServer(answer) : createTlsServer(tls, answer);
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http${certificate === undefined ? '' : 's'}://127.0.0.1:${await listening(server)}${path}`;
  const deliverer = webhookDeliverer(action, { credential: () => url, version: '1', seconds: () => 0 });
  return deliverer.deliver([exampleRecord('it', 'mail', NOON, 'ban')], AbortSignal.timeout(60_000));
}

test('an answer that repeats the path of a secret address tells nothing of it, wherever it would be cut', async (t) => {
  for (const filling of [0, 270, 1_150]) {
    const outcome = await deliver(
      t,
      ({ url = '' }, response) =>
        response.writeHead(404).end(`${'x'.repeat(filling)}Cannot POST ${url}, ${url.replace(/\?.*/, '')}`),
      '/hooks/T0123456789-the-secret?key=another-secret',
    );
    assert.ok(outcome.kind === 'failed');
    assert.doesNotMatch(outcome.reason, /T0|secret/, String(filling));
  }
});

test('AbuseIPDB is told of an address once in 15 minutes, whichever jails ban it, and again when it did not take it', async (t) => {
  const reports: (string | null)[] = [];
  let status = 200;
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => {
      body += text;
    });
    request.on('end', () => {
      reports.push(new URLSearchParams(body).get('ip'));
      response.writeHead(status).end();
    });
  }).listen(0, '127.0.0.1');
  t.after(() => server.close());
  await once(server, 'listening');
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  let now = 1_000_000;
  const reporter = webhookDeliverer(
    { ...action, format: 'abuseipdb', categories: [18] },
    { credential: () => `http://127.0.0.1:${address.port}/`, version: '1', seconds: () => now },
  );
  const { test: _, ...example } = exampleRecord('it', 'mail', NOON, 'ban');
  const report = (banned: string, jail: string) =>
    reporter.deliver([{ ...example, origin: 'jail', failures: 5, address: banned, jail }], AbortSignal.timeout(60_000));
  status = 429;
  assert.equal((await report('192.0.2.1', 'ssh.service')).kind, 'failed');
  status = 200;
  for (const jail of ['ssh.service', 'postfix.service']) assert.deepEqual(await report('192.0.2.1', jail), done);
  assert.deepEqual(await report('192.0.2.2', 'ssh.service'), done);
  assert.deepEqual(reports, ['192.0.2.1', '192.0.2.1', '192.0.2.2']);
  now += 900;
  assert.deepEqual(await report('192.0.2.1', 'ssh.service'), done);
  assert.equal(reports.length, 4);
  now += 899;
  for (const banned of ['192.0.2.3', '192.0.2.1', '192.0.2.2'])
    assert.deepEqual(await report(banned, 'ssh.service'), done);
  assert.deepEqual(reports.slice(4), ['192.0.2.3', '192.0.2.2'], 'a second report begins a time of its own');
});

test('what was taken is delivered, though the rest of the answer never comes', async (t) => {
  const outcome = await deliver(t, (_, response) => {
    response.writeHead(200, { 'content-length': '100' }).write('half of');
    setImmediate(() => response.destroy());
  });
  assert.deepEqual(outcome, done);
});

test('an answer that switches to another protocol is none, and is told at once', async (t) => {
  const outcome = await deliver(t, (_, response) => {
    response.socket?.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n');
  });
  assert.ok(outcome.kind === 'failed');
  assert.match(outcome.reason, /cannot be reached \(the connection was closed without an answer\)$/);
});

test('nothing is sent to a server that nobody vouches for', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'f2b-webhook-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const [key, cert] = [join(folder, 'key'), join(folder, 'cert')];
  const keyOptions = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-subj', '/CN=127.0.0.1'];
  execFileSync('openssl', ['req', '-x509', ...keyOptions, '-days', '2', '-keyout', key, '-out', cert], {
    stdio: 'pipe',
  });
  const both = `${readFileSync(key, 'utf8')}${readFileSync(cert, 'utf8')}`;
  const outcome = await deliver(t, () => assert.fail('it was asked'), '/', both);
  assert.ok(outcome.kind === 'failed');
  assert.match(outcome.reason, /cannot be reached \(DEPTH_ZERO_SELF_SIGNED_CERT\)$/);
});

test('what is no address, or none of HTTP, is told without it', async (t) => {
  for (const url of ['no address: secret', 'file:///secret']) {
    const deliverer = webhookDeliverer(action, { credential: () => url, version: '1', seconds: () => 0 });
    const outcome = await deliverer.deliver([exampleRecord('it', 'mail', NOON, 'ban')], AbortSignal.timeout(60_000));
    assert.ok(outcome.kind === 'failed');
    assert.doesNotMatch(outcome.reason, /secret/);
    t.diagnostic(outcome.reason);
  }
});
