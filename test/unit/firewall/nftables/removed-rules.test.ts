/** That somebody else removed rules is told, and nothing that the agent does itself. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFirewalld } from '../../../../src/firewall/firewalld/firewalld.js';
import { createNftables } from '../../../../src/firewall/nftables/nftables.js';
import { tellsOfRulesGone } from '../../../../src/text/rules-gone.js';
import { FakeFirewalld } from '../../../fakes/firewalld.js';
import { FakeTable } from '../../../fakes/own-table.js';
import { banOf } from '../../../support/ban-of.js';
import { VirtualClock } from '../../../support/virtual-clock.js';

const killer = { cut: async () => {}, problem: undefined };
const settle = async () => {
  for (let turn = 0; turn < 600; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

test('a table that somebody flushed is told once, made anew, and nothing is told of making it', async () => {
  const [clock, table] = [new VirtualClock(), new FakeTable()];
  const told: string[] = [];
  const firewall = createNftables({ clock, table, killer, announce: (text) => told.push(text) });
  await firewall.opened();
  await firewall.reconcile([banOf('192.0.2.1'), banOf('192.0.2.2', { disposition: 'ports', ports: ['80/tcp'] })]);
  await firewall.unban([banOf('192.0.2.2', { disposition: 'ports', ports: ['80/tcp'] })]);
  await settle();
  assert.deepEqual(told, [], 'a start, and sets that come and go');
  table.flush();
  await settle();
  assert.deepEqual(told, ['another program removed rules or sets of the table inet f2b; they are put back']);
  assert.deepEqual(table.all(), ['drop-ipv4 192.0.2.1']);
  table.flushChain('dropped');
  await settle();
  assert.equal(told.length, 2);
  assert.ok(told.every(tellsOfRulesGone));
  await firewall.close();
});

test('a guard that somebody flushed is told, and a reload of firewalld is not', async () => {
  const [clock, bus, guard] = [new VirtualClock(), new FakeFirewalld(), new FakeTable('f2b-guard')];
  bus.start();
  const told: string[] = [];
  const firewall = createFirewalld({ bus, clock, guard, killer, announce: (text) => told.push(text) });
  await firewall.opened();
  await firewall.reconcile([banOf('192.0.2.1')]);
  bus.reload();
  await settle();
  assert.deepEqual(told, []);
  guard.flush();
  await settle();
  assert.deepEqual(told, ['another program removed rules or sets of the table inet f2b-guard; they are put back']);
  await firewall.close();
});
