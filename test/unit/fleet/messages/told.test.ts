import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ToldEvent } from '../../../../src/events/told-event.js';
import { isForOthers, messageOfEvent } from '../../../../src/fleet/messages/told.js';
import { aBan, anAddress, NOON } from '../../../fakes/values.js';

function told(address: string): ToldEvent {
  const ban = aBan({ address: anAddress(address) });
  return { kind: 'ban', ban, cursor: 's=1', at: NOON, host: 'web1', message: '' };
}

test('others are told of an address that is the same host for them, and of no other', () => {
  for (const address of ['192.0.2.1', '2001:db8::/64', '10.0.0.1', 'fd00::/64'])
    assert.notEqual(messageOfEvent('web1', told(address)), undefined, address);
  for (const address of ['fe80::1', 'fe80::/64', '169.254.7.7', '::1'])
    assert.equal(messageOfEvent('web1', told(address)), undefined, address);
});

test('what came from others is not told to them', () => {
  assert.ok(isForOthers(aBan()));
  assert.ok(!isForOthers(aBan({ origin: 'fleet', jail: 'fleet' })));
});
