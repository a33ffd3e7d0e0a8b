import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clientPrefix, widestWithin } from '../../../../src/core/prefixes/client-prefix.js';
import { address, decider, failure, isBanned, jail } from '../../../support/core.js';

const one = { ipv4: 32, ipv6: 64 };
const site = { ipv4: 24, ipv6: 48 };

for (const [what, text, asOne, asSite] of [
  ['IPv4', '198.51.100.7', '198.51.100.7', '198.51.100.0/24'],
  ['IPv6', '2001:db8:1:2:3::7', '2001:db8:1:2::/64', '2001:db8:1::/48'],
  ['IPv4-mapped', '::ffff:198.51.100.7', '198.51.100.7', '198.51.100.0/24'],
  ['NAT64', '64:ff9b::198.51.100.7', '64:ff9b::c633:6407', '64:ff9b::c633:6400/120'],
  ['NAT64 of a site', '64:ff9b:1:2::198.51.100.7', '64:ff9b:1:2::c633:6407', '64:ff9b:1:2::c633:6407'],
  ['SIIT', '::ffff:0:198.51.100.7', '::ffff:0:c633:6407', '::ffff:0:c633:6400/120'],
  ['IPv4-compatible', '::198.51.100.7', '::c633:6407', '::c633:6400/120'],
  ['6to4', '2002:c633:6407:1::5', '2002:c633:6407::/48', '2002:c633:6400::/40'],
  ['Teredo', '2001:0:cb00:7101:0:fbfe:39cc:9bf8', '2001:0:cb00:7101:0:fbfe:39cc:9bf8', undefined],
  ['a link', 'fe80::1%eth0', 'fe80::1', 'fe80::1'],
  ['beside Teredo', '2001:1::7:0:0:5', '2001:1::/64', '2001:1::/48'],
  ['beside 6to4', '2003::7:0:0:5', '2003::/64', '2003::/48'],
  ['a wider prefix', '2002::/15', '2002::/15', '2002::/15'],
] as const) {
  test(`one client of ${what} is ${asOne}`, () => {
    assert.equal(clientPrefix(address(text), one).text, asOne);
    assert.equal(clientPrefix(address(text), site).text, asSite ?? asOne);
  });
}

test('whoever comes through a translator is banned alone, as often as he likes to fail', () => {
  const subject = decider([jail({ maxretry: 2, aggregateAfter: 2 })]);
  for (const text of ['64:ff9b::198.51.100.7', '2002:c633:6407::1', '2001:0:cb00:7101:0:fbfe:39cc:9bf8']) {
    for (let at = 0; at < 5; at += 1) subject.failure(failure(text, at));
    assert.ok(isBanned(subject, text));
  }
  for (const other of ['64:ff9b::198.51.100.8', '2002:c633:6408::1', '2001:0:cb00:7101:0:fbfe:39cc:9bf7'])
    assert.ok(!isBanned(subject, other), other);
});

test('all addresses of a 6to4 client count as one', () => {
  const subject = decider([jail({ maxretry: 3 })]);
  for (const at of [1, 2, 3]) subject.failure(failure(`2002:c633:6407:${at}::1`, at));
  assert.deepEqual(
    [...subject.bans()].map((ban) => ban.address.text),
    ['2002:c633:6407::/48'],
  );
});

test('the widest prefix of which something is true is found between one of which it is not and the address', () => {
  const own = address('2001:db8::1');
  for (const [text, widest] of [
    ['2001:db8::100', '2001:db8::100/120'],
    ['2001:db8::8000:0:0:0', '2001:db8:0:0:8000::/65'],
    ['2001:db8::2', '2001:db8::2/127'],
    ['2001:db8::', '2001:db8::'],
  ] as const) {
    const found = widestWithin(
      address('2001:db8::/64'),
      address(text),
      ({ w2, w3, length }) =>
        clientPrefix(own, { ipv4: 32, ipv6: length }).w3 !== w3 ||
        clientPrefix(own, { ipv4: 32, ipv6: length }).w2 !== w2,
    );
    assert.equal(found.text, widest);
  }
});
