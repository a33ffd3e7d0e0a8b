import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressFromWords } from '../../../../src/core/address/address.js';
import { AddressTable } from '../../../../src/core/address/address-table.js';

test('addresses that come and go leave nothing behind', () => {
  const table = new AddressTable(7);
  const stays = addressFromWords(0, 0, 0xffff, 1, 128);
  table.add(stays);
  for (let n = 2; n < 5000; n += 1) {
    const passing = addressFromWords(0, 0, 0xffff, n, 128);
    assert.equal(table.add(passing), 1, 'the freed slot serves again');
    assert.equal(table.find(passing), 1);
    assert.ok(table.remove(passing));
    assert.ok(!table.remove(passing));
  }
  assert.equal(table.find(stays), 0);
  assert.deepEqual([...table.slots()], [0]);
});

test('while the index grows, addresses are found whether they were moved already or not', () => {
  const table = new AddressTable(7);
  const numbered = (n: number) => addressFromWords(0, 0, 0xffff, n, 128);
  const slots = new Map<number, number>();
  for (let n = 0; n < 5000; n += 1) {
    slots.set(n, table.add(numbered(n)));
    const gone = n % 3 === 0 ? (n * 7919) % (n + 1) : -1;
    assert.equal(table.remove(numbered(gone)), slots.delete(gone));
    assert.equal(table.find(numbered(gone)), undefined);
    if (n % 50 > 0) continue;
    for (const [held, slot] of slots) assert.equal(table.find(numbered(held)), slot);
  }
  assert.deepEqual(new Set(table.slots()), new Set(slots.values()));
});
