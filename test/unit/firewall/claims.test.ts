/** Who wants what, and which prefixes stand for others. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Address, parseAddress } from '../../../src/core/address/address.js';
import { type ClaimChange, Claims, claimOf } from '../../../src/firewall/claims.js';
import { OutermostPrefixes } from '../../../src/firewall/firewalld/pools/outermost-prefixes.js';
import { banOf } from '../../support/ban-of.js';

const told = (changes: readonly ClaimChange[]) =>
  changes.map(({ claim, isWanted }) => `${isWanted ? '+' : '-'} ${claim.key}`);

test('an address is wanted from its first ban to the end of its last', () => {
  const claims = new Claims();
  const [ssh, web] = [banOf('192.0.2.1', { jail: 'ssh' }), banOf('192.0.2.1', { jail: 'web' })];
  assert.deepEqual(told(claims.add(ssh)), ['+ drop 192.0.2.1']);
  assert.deepEqual(told(claims.add(ssh)), []);
  assert.deepEqual(told(claims.add(web)), []);
  assert.deepEqual(told(claims.remove(ssh)), []);
  assert.deepEqual(told(claims.remove(ssh)), []);
  assert.ok(claims.wants(claimOf(web)) && !claims.has(ssh) && claims.has(web));
  assert.deepEqual(told(claims.remove(web)), ['- drop 192.0.2.1']);
  assert.equal(claims.size, 0);
});

test('what only the fleet wants is known until a jail of this host wants it, too', () => {
  const claims = new Claims();
  const [fleet, ssh] = [banOf('192.0.2.1', { jail: 'fleet' }), banOf('192.0.2.1', { jail: 'ssh' })];
  const closed = banOf('192.0.2.1', { jail: 'web', disposition: 'ports', ports: ['80/tcp'] });
  const isForFleetAlone = () => claims.isForFleetAlone(claimOf(fleet));
  assert.equal(isForFleetAlone(), false);
  claims.add(fleet);
  claims.add(closed);
  assert.equal(isForFleetAlone(), true);
  assert.equal(claims.isForFleetAlone(claimOf(closed)), false);
  claims.add(ssh);
  assert.equal(isForFleetAlone(), false);
  claims.remove(ssh);
  assert.equal(isForFleetAlone(), true);
});

test('a ban with another disposition takes the place of the same jail, the new one first', () => {
  const claims = new Claims();
  claims.add(banOf('192.0.2.1', { jail: 'web' }));
  const ports = banOf('192.0.2.1', { jail: 'web', disposition: 'ports', ports: ['80/tcp', '443/tcp', '80/tcp'] });
  assert.deepEqual(told(claims.add(ports)), ['+ ports 443/tcp,80/tcp 192.0.2.1', '- drop 192.0.2.1']);
  assert.ok(claims.has(ports));
  assert.ok(!claims.has(banOf('192.0.2.1', { jail: 'web', disposition: 'ports', ports: ['80/tcp'] })));
});

test('to replace all is to add what is new and to let go what is gone', () => {
  const claims = new Claims();
  const [one, two, three] = ['192.0.2.1', '192.0.2.2', '2001:db8::3'].map((text) => banOf(text));
  assert.ok(one !== undefined && two !== undefined && three !== undefined);
  claims.add(one);
  claims.add(two);
  const changes: ClaimChange[] = [];
  claims.replace([two, three], (change) => changes.push(change));
  assert.deepEqual(told(changes).sort(), ['+ drop 2001:db8::3', '- drop 192.0.2.1']);
  assert.deepEqual([...claims.all()].map(({ address }) => address.text).sort(), ['192.0.2.2', '2001:db8::3']);
});

function address(text: string): Address {
  const parsed = parseAddress(text);
  assert.ok(parsed !== undefined, text);
  return parsed;
}

test('the widest prefix stands for those within it, whichever came first', () => {
  const texts = ['10.0.0.0/8', '10.1.0.0/16', '10.1.2.0/24', '10.2.0.0/16'];
  for (const order of [texts, [...texts].reverse()]) {
    const cover = new OutermostPrefixes();
    const held = new Set<string>();
    for (const text of order) {
      const { want, release } = cover.add(address(text));
      for (const entry of want) held.add(entry);
      for (const entry of release) held.delete(entry);
    }
    assert.deepEqual([...held], ['10.0.0.0/8']);
    assert.equal(cover.outermost(address('10.1.2.3'))?.text, '10.0.0.0/8');
    assert.deepEqual(cover.remove(address('10.1.0.0/16')), { want: [], release: [] });
    const { want, release } = cover.remove(address('10.0.0.0/8'));
    assert.deepEqual([[...want].sort(), release], [['10.1.2.0/24', '10.2.0.0/16'], ['10.0.0.0/8']]);
    assert.equal(cover.outermost(address('10.1.9.9')), undefined);
  }
});

test('IPv4 and IPv6 never stand for one another, and what is not there cannot go', () => {
  const cover = new OutermostPrefixes();
  cover.add(address('::/8'));
  assert.equal(cover.outermost(address('0.0.0.1')), undefined);
  assert.deepEqual(cover.remove(address('2001:db8::/32')), { want: [], release: [] });
  assert.deepEqual(cover.add(address('::/8')), { want: [], release: [] });
});
