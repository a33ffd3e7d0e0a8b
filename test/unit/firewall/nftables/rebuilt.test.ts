/** A table that is made anew while what is wanted changes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createNftables } from '../../../../src/firewall/nftables/nftables.js';
import { FakeTable } from '../../../fakes/own-table.js';
import { banOf } from '../../../support/ban-of.js';
import { VirtualClock } from '../../../support/virtual-clock.js';

test('the last ban of a list of ports may be lifted while the table is made anew', async () => {
  const [clock, table] = [new VirtualClock(), new FakeTable()];
  const firewall = createNftables({ clock, table, killer: { cut: async () => {}, problem: undefined } });
  await firewall.opened();
  const web = banOf('192.0.2.2', { jail: 'web', disposition: 'ports', ports: ['80/tcp'] });
  await firewall.reconcile([banOf('192.0.2.1'), web]);
  const apply = table.apply.bind(table);
  let lifted: Promise<void> | undefined;
  table.apply = async (commands) => {
    await apply(commands);
    lifted ??= firewall.unban([web]);
  };
  table.flushChain('dropped');
  while (lifted === undefined) await new Promise((resolve) => setImmediate(resolve));
  await lifted;
  assert.deepEqual(table.all(), ['drop-ipv4 192.0.2.1']);
  assert.equal(firewall.status().state, 'ready');
  await firewall.close();
});
