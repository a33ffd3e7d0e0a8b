import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createNftables } from '../../../../src/firewall/nftables/nftables.js';
import { FakeTable } from '../../../fakes/own-table.js';
import { banOf } from '../../../support/ban-of.js';
import { VirtualClock } from '../../../support/virtual-clock.js';

const WANTED = Array.from({ length: 9 }, (_, index) => banOf(`192.0.2.${index}`));

async function opened() {
  const table = new FakeTable();
  const killer = { cut: async () => {}, problem: undefined };
  const firewall = createNftables({ clock: new VirtualClock(), table, killer });
  await firewall.opened();
  await firewall.reconcile(WANTED);
  let transactions = 0;
  table.onCommit = () => {
    transactions += 1;
  };
  return { table, firewall, transactions: () => transactions };
}

test('elements that one listing leaves out and the next one has were there all the time', async () => {
  const { table, firewall, transactions } = await opened();
  table.torn = 1;
  assert.deepEqual(await firewall.reconcile(WANTED), { added: 0, removed: 0 });
  assert.equal(transactions(), 0);
  assert.ok(WANTED.every((ban) => firewall.holds(ban)));
  await firewall.close();
});

test('elements that are really gone are put back, and a listing with all of them is asked for only once', async () => {
  const { table, firewall, transactions } = await opened();
  table.edit('drop-ipv4', '192.0.2.3');
  assert.deepEqual(await firewall.reconcile(WANTED), { added: 1, removed: 0 });
  assert.equal(transactions(), 1);
  const { listings } = table;
  assert.deepEqual(await firewall.reconcile(WANTED), { added: 0, removed: 0 });
  assert.equal(table.listings, listings + 1);
  await firewall.close();
});
