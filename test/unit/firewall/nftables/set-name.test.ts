import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Address, parseAddress } from '../../../../src/core/address/address.js';
import { addressOf, elementOf, groupName, parseSetName, SetNames } from '../../../../src/firewall/nftables/set-name.js';

function address(text: string): Address {
  const parsed = parseAddress(text);
  assert.ok(parsed);
  return parsed;
}

const WEB = { kind: 'ports', ports: ['443/tcp', '80/tcp'] } as const;

test('the name of a set says what happens to its elements and how long they are', () => {
  const names = new SetNames();
  const rows = [
    ['192.0.2.1', { kind: 'drop' }, 'drop-ipv4', '192.0.2.1'],
    ['192.0.2.0/24', { kind: 'drop' }, 'drop-ipv4-24', '192.0.2.0'],
    ['0.0.0.0/0', { kind: 'drop' }, 'drop-ipv4-0', '0.0.0.0'],
    ['2001:db8::1', { kind: 'reject' }, 'reject-ipv6', '2001:db8::1'],
    ['2001:db8::/64', { kind: 'reject' }, 'reject-ipv6-64', '2001:db8::'],
    ['192.0.2.1', WEB, `${groupName(WEB)}-ipv4`, '192.0.2.1'],
  ] as const;
  for (const [text, purpose, name, element] of rows) {
    const set = names.of(purpose, address(text));
    assert.deepEqual([set.text, elementOf(address(text))], [name, element]);
    assert.deepEqual(parseSetName(name), set);
    assert.equal(addressOf(set, element)?.text, text);
    assert.equal(names.of(purpose, address(text)), set, 'made once');
  }
});

test('lists of ports have groups of their own', () => {
  assert.match(groupName(WEB), /^ports-[0-9a-f]{12}$/);
  assert.notEqual(groupName(WEB), groupName({ kind: 'ports', ports: ['443/tcp'] }));
});

test('what f2b never makes is no set and no element of its own', () => {
  for (const name of ['', 'x', 'drop', 'drop-ipv5', 'drop-ipv4-32', 'drop-ipv4-33', 'drop-ipv4-024', 'drop-ipv6-129'])
    assert.equal(parseSetName(name), undefined, name);
  const set = parseSetName('drop-ipv4-24');
  assert.ok(set);
  for (const element of ['192.0.2.1', '192.0.2.0/24', '2001:db8::', '192.0.2.0-192.0.2.9', 'x', ''])
    assert.equal(addressOf(set, element), undefined, element);
});
