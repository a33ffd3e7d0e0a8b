/** A start does not wait for what firewalld says of sets that are empty in the kernel, and asks afterwards all the same. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFirewalld } from '../../../../src/firewall/firewalld/firewalld.js';
import { FakeFirewalld } from '../../../fakes/firewalld.js';
import { banOf } from '../../../support/ban-of.js';
import { until } from '../../../support/process.js';
import { VirtualClock } from '../../../support/virtual-clock.js';

const BAN = banOf('198.51.100.7');
const STALE = '203.0.113.9';

test('firewalld is asked first of sets that hold something, and of the others once bans are known to hold', async () => {
  const firewalld = new FakeFirewalld();
  firewalld.start();
  firewalld.edit('f2b-drop-ipv4-1', () => [BAN.address.text]);
  firewalld.edit('f2b-drop-ipv4-2', () => [STALE]);
  firewalld.flush('f2b-drop-ipv4-2');
  const killer = { cut: async () => {}, problem: undefined };
  const firewall = createFirewalld({ bus: firewalld, kernel: firewalld, clock: new VirtualClock(), killer });
  await firewall.opened();
  await firewall.reconcile([BAN]);
  const asked = () => firewalld.calls.filter((call) => call.startsWith('getEntries f2b-'));
  assert.deepEqual(asked(), ['getEntries f2b-drop-ipv4-1']);
  assert.ok(firewall.holds(BAN));
  assert.ok(firewalld.entries('f2b-').includes(STALE));
  await until(
    'firewalld no longer believes what nobody wants',
    () => !firewalld.entries('f2b-').includes(STALE) || undefined,
  );
  await until('every set was read', () => new Set(asked()).size === firewalld.setNames().length || undefined);
  assert.deepEqual(firewalld.entries('f2b-'), [BAN.address.text]);
  await firewall.close();
});
