import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseListing } from '../../../../src/firewall/nftables/listing.js';
import { parseSetName } from '../../../../src/firewall/nftables/set-name.js';
import { expectedShape, foundation, setCommands } from '../../../../src/firewall/nftables/table.js';

const DROP = parseSetName('drop-ipv4');
assert.ok(DROP);

/** What nft would list after these commands: objects as they were added, chains first. */
function listed(extra: readonly object[] = [], elem: readonly unknown[] = []): string {
  const made = [...foundation, ...setCommands(DROP ?? assert.fail())].flatMap(({ add }) => (add ? [add] : []));
  const order = (object: object) => (Object.keys(object)[0] === 'rule' ? 1 : 0);
  const objects = [...made].sort((one, other) => order(one) - order(other));
  const filled = objects.map((object) => ('set' in object ? { set: { ...Object(object.set), elem } } : object));
  return JSON.stringify({ nftables: [{ metainfo: { version: '1.1.3' } }, ...filled, ...extra] });
}

test('the table that f2b makes has the shape that is expected of it', () => {
  assert.equal(parseListing(listed()).shape, expectedShape(new Map(), [DROP]));
});

test('whatever else is in the table shows in its shape', () => {
  const table = { family: 'inet', table: 'f2b' };
  for (const extra of [
    { rule: { ...table, chain: 'prerouting', expr: [{ accept: null }] } },
    { rule: { ...table, chain: 'dropped', comment: 'drop-ipv4' } },
    { chain: { ...table, name: 'x' } },
    { set: { ...table, name: 'drop-ipv4-24', type: 'ipv4_addr', flags: ['timeout'] } },
    { set: { ...table, name: 'drop-ipv4', type: 'ipv4_addr', flags: ['interval'] } },
    { map: { ...table, name: 'x', type: 'ipv4_addr' } },
    { table: { family: 'inet', name: 'f2b', flags: ['dormant'] } },
    { table: { family: 'inet', name: 'f2b', flags: 'dormant' } },
    { table: { family: 'inet', name: 'f2b', flags: 'inet' } },
  ])
    assert.notEqual(parseListing(listed([extra])).shape, expectedShape(new Map(), [DROP]), JSON.stringify(extra));
});

test('elements are read with the seconds they have left', () => {
  const elem = [
    '192.0.2.1',
    { elem: { val: '192.0.2.2', timeout: 600, expires: 599 } },
    { elem: { val: '192.0.2.3' } },
  ];
  assert.deepEqual(parseListing(listed([], elem)).sets[0]?.elements, [
    { element: '192.0.2.1', seconds: undefined },
    { element: '192.0.2.2', seconds: 599 },
    { element: '192.0.2.3', seconds: undefined },
  ]);
});

test('what cannot be read is a table of unknown shape, and nothing throws', () => {
  for (const text of ['', '{', 'null', '[]', '{"nftables": 1}', '{"nftables": [{"table": {"flags": '])
    assert.deepEqual(parseListing(text), { shape: 'unknown', sets: [] }, text);
  const odd = [null, 1, {}, { set: null }, { set: { name: 'drop-ipv4', elem: [null, 1, { elem: 1 }] } }, { rule: 'x' }];
  assert.deepEqual(parseListing(JSON.stringify({ nftables: odd })).sets[0]?.elements, []);
});
