import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FOREVER } from '../../../../src/core/time.js';
import { parseMessage } from '../../../../src/fleet/messages/message.js';
import { orderMessage } from '../../../../src/fleet/messages/order-message.js';
import { anAddress, NOON } from '../../../fakes/values.js';

const address = anAddress('203.0.113.1');

test('what is published of an order is what hosts read', () => {
  const read = (order: Parameters<typeof orderMessage>[0]) => {
    const message = parseMessage(orderMessage(order, 'admin', NOON));
    return [message?.kind, message?.content];
  };
  const content = { kind: 'ban', at: NOON, since: NOON };
  assert.deepEqual(read({ kind: 'unban', address }), ['order', { kind: 'unban', at: NOON }]);
  assert.deepEqual(read({ kind: 'ban', address, time: 5 }), ['order', { ...content, until: NOON + 5 }]);
  assert.deepEqual(read({ kind: 'ban', address, time: FOREVER, reason: 'scans us' }), [
    'order',
    { ...content, until: FOREVER, reason: 'scans us' },
  ]);
  const allow = { kind: 'allow', at: NOON, by: 'admin' };
  assert.deepEqual(read({ kind: 'allow', address, time: 5 }), ['allowance', { ...allow, until: NOON + 5 }]);
  assert.deepEqual(read({ kind: 'allow', address, time: FOREVER, reason: 'the office' }), [
    'allowance',
    { ...allow, until: FOREVER, reason: 'the office' },
  ]);
  assert.deepEqual(read({ kind: 'disallow', address }), ['allowance', { kind: 'disallow', at: NOON }]);
});

test('an order that no host would understand is refused, not said to be done', () => {
  for (const reason of ['', 'two\nlines', 'a\u202eb'])
    assert.throws(() => orderMessage({ kind: 'ban', address, time: 5, reason }, 'admin', NOON), { code: 'USAGE' });
  for (const time of [Number.MAX_SAFE_INTEGER, 0.5])
    assert.throws(() => orderMessage({ kind: 'ban', address, time }, 'admin', NOON), { code: 'USAGE' });
});
