/** What an agent left in the kernel is told to the next one as the bans that it was. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FOREVER } from '../../../../src/core/time.js';
import { createNftables } from '../../../../src/firewall/nftables/nftables.js';
import { FakeTable } from '../../../fakes/own-table.js';
import { banOf } from '../../../support/ban-of.js';
import { VirtualClock } from '../../../support/virtual-clock.js';

const MINUTE = 60_000_000;

test('bans that another agent left are found with their ends, for the jails that ban so', async () => {
  const clock = new VirtualClock();
  const table = new FakeTable();
  const until = clock.now() + 30 * MINUTE;
  const before = createNftables({ clock, table });
  await before.opened();
  await before.reconcile([
    { ...banOf('192.0.2.1', { disposition: 'drop' }), until },
    { ...banOf('2001:db8::/64', { disposition: 'drop' }), until: FOREVER },
    { ...banOf('192.0.2.2', { disposition: 'ports', ports: ['443/tcp', '80/tcp'] }), until },
    { ...banOf('192.0.2.3', { disposition: 'ports', ports: ['21/tcp'] }), until },
  ]);
  await before.close();

  const firewall = createNftables({ clock, table });
  const found = await firewall.found([
    { jail: 'ssh', disposition: 'drop', ports: [] },
    { jail: 'web', disposition: 'ports', ports: ['80/tcp', '443/tcp'] },
    { jail: 'manual', disposition: 'drop', ports: [] },
  ]);
  await firewall.close();
  const texts = found.map((ban) => [ban.jail, ban.address.text, ban.until === FOREVER ? 'ever' : ban.until - until]);
  assert.deepEqual(texts.toSorted(), [
    ['ssh', '192.0.2.1', 0],
    ['ssh', '2001:db8::/64', 'ever'],
    ['web', '192.0.2.2', 0],
  ]);
});
