/** Webhooks and a real web server that answers oddly: what counts as delivered, and what of it is told. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { type TestContext, test } from 'node:test';
import { done } from '../../../src/actions/outcome.js';
import { exampleRecord } from '../../../src/actions/record.js';
import { webhookDeliverer } from '../../../src/actions/webhook/webhook.js';
import type { WebhookAction } from '../../../src/config/actions/action-config.js';
import { NOON } from '../../fakes/values.js';

const action: WebhookAction = {
  ...{ type: 'webhook', name: 'it', on: ['ban'], jails: [], every: 0, batch: 1, limit: 1, timeout: 1_000_000 },
  ...{ format: 'json', url: undefined, urlCredential: 'hook', token: undefined, secret: undefined },
  ...{ recipient: undefined, template: undefined, categories: [] },
};

/** Delivers one event to a server that answers so. */
async function deliver(t: TestContext, answer: RequestListener, path = '/') {
  const server = createServer(answer).listen(0, '127.0.0.1');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  await once(server, 'listening');
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  const url = `http://127.0.0.1:${address.port}${path}`;
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

test('what was taken is delivered, though the rest of the answer never comes', async (t) => {
  const outcome = await deliver(t, (_, response) => {
    response.writeHead(200, { 'content-length': '100' }).write('half of');
    setImmediate(() => response.destroy());
  });
  assert.deepEqual(outcome, done);
});
