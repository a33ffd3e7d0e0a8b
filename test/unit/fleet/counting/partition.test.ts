/** Which share an address belongs to and who counts it: the same for all who ask. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  countedAddress,
  countersOf,
  PARTITIONS,
  parseCounted,
  partitionOf,
} from '../../../../src/fleet/counting/partition.js';
import { anAddress } from '../../../fakes/values.js';

const all = Array.from({ length: PARTITIONS }, (_, partition) => partition);
const hosts = Array.from({ length: 40 }, (_, n) => `web${n}`);

test('hosts of other versions find the same partition', () => {
  const texts = ['203.0.113.1', '203.0.113.2', '192.0.2.77', '2001:db8::/64', '2001:db8:0:1::/64'];
  assert.deepEqual(
    texts.map((text) => partitionOf(anAddress(text))),
    [4, 6, 7, 4, 4],
  );
  assert.deepEqual(countersOf(3, ['web1', 'web2', 'web3', 'web4'], 2), ['web2', 'web4']);
});

test('what is one client is in one partition', () => {
  assert.equal(countedAddress(anAddress('2001:db8::1')).text, '2001:db8::/64');
  assert.equal(countedAddress(anAddress('192.0.2.1')).text, '192.0.2.1');
  assert.equal(countedAddress(anAddress('192.0.2.0/24')).text, '192.0.2.0/24');
});

test('what is another host on each link is counted with nobody’s', () => {
  for (const text of ['fe80::1', '169.254.0.1', '::1']) assert.equal(parseCounted(text), undefined, text);
  assert.equal(parseCounted('2001:db8::/64')?.text, '2001:db8::/64');
});

test('addresses and partitions are spread evenly enough', () => {
  const counts = new Map(all.map((partition) => [partition, 0]));
  for (let n = 0; n < 8_000; n += 1) {
    const partition = partitionOf(anAddress(`10.1.${n >> 8}.${n & 255}`));
    counts.set(partition, (counts.get(partition) ?? 0) + 1);
  }
  for (const count of counts.values()) assert.ok(count > 800 && count < 1_200, String(count));
  const counting = new Set(all.flatMap((partition) => countersOf(partition, hosts, 2)));
  assert.ok(counting.size >= PARTITIONS, String(counting.size));
});

test('who comes or goes changes nothing but what it counts itself', () => {
  for (const partition of all) {
    const before = countersOf(partition, hosts, 3);
    for (const gone of hosts) {
      const after = countersOf(
        partition,
        hosts.filter((host) => host !== gone),
        3,
      );
      assert.deepEqual(
        after.slice(0, before.includes(gone) ? 2 : 3),
        before.filter((host) => host !== gone),
      );
    }
  }
});
