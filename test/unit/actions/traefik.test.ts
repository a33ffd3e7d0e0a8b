/** Deny lists for Traefik: the rule that is to match a banned client, and nobody else. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { addressPattern } from '../../../src/actions/denylist/address-pattern.js';
import { denylistText } from '../../../src/actions/denylist/formats.js';
import { forwardedPattern } from '../../../src/actions/denylist/traefik.js';
import { addressFromWords, covers } from '../../../src/core/address/address.js';
import { anAddress } from '../../fakes/values.js';
import '../../support/seed.js';

test('a router before all others refuses them, with TLS and without', () => {
  const text = denylistText('traefik', ['192.0.2.7', '2001:db8:0:7::/64'].map(anAddress));
  const rules = [...text.matchAll(/^ {6}rule: (".*")$/gm)].map(([, rule = '']): unknown => JSON.parse(rule));
  const pattern = forwardedPattern(['192.0.2.7', '2001:db8:0:7::/64'].map(anAddress));
  const rule = `ClientIP(\`192.0.2.7\`) || ClientIP(\`2001:db8:0:7::/64\`) || HeaderRegexp(\`X-Forwarded-For\`, \`${pattern}\`)`;
  assert.deepEqual(rules, [rule, rule]);
  assert.equal(text.match(/priority: 2147482647\n {6}middlewares: \["f2b"\]\n {6}service: "f2b"\n/g)?.length, 2);
  assert.match(text, /\n {6}tls: \{\}\n$/);
  assert.equal(denylistText('traefik', []), '# Written by f2b-actiond(8): what is changed here is lost.\n');
});

test('the last element of the header counts, whatever a client wrote before it', () => {
  const pattern = forwardedPattern(['192.0.2.7', '198.51.100.0/30', '2001:db8::/48'].map(anAddress));
  // JavaScript has (?i) as a flag.
  const regex = new RegExp(pattern.replace('(?i)', ''), 'i');
  const refused = [
    ...['192.0.2.7', '10.0.0.1, 192.0.2.7', '192.0.2.1,192.0.2.7', '::ffff:192.0.2.7', '192.0.2.7:50123'],
    ...['198.51.100.3', 'unknown, 2001:DB8::5', '2001:db8:0:1:2:3:4:5', '2001:db8:0:ffff::', '2001:db8::1:0:0:0:1'],
    ...['[2001:db8::1]:443', '10.0.0.1, [2001:db8::1]', '[::ffff:192.0.2.7]:50123', '[::ffff:192.0.2.7]'],
  ];
  for (const value of refused) assert.match(value, regex);
  const admitted = [
    ...['192.0.2.70', '1192.0.2.7', '192.0.2.7, 192.0.2.1', '192a0a2a7', '198.51.100.4', '198.51.100.30', ''],
    ...['2001:db8:1::', '2001:db8::1:0:0:0:0:1', '2001:db8:1:0:1::5', '12001:db8::', '2001:db8::, 192.0.2.1'],
    ...['[2001:db8:1::1]:443', '[2001:db8::1]:443, [2001:db8:1::1]:443', '2001:db8::1]:443x', '[::ffff:192.0.2.70]:7'],
    '2001:db8:1::1:443',
  ];
  for (const value of admitted) assert.doesNotMatch(value, regex);
});

test('whatever the prefix, its pattern matches the texts of the addresses in it, and no others', () => {
  const hextet = fc.oneof(fc.constantFrom(0, 0, 0, 1, 0xff, 0x100, 0xfff, 0x1000, 0xffff), fc.nat(0xffff));
  const word = fc.tuple(hextet, hextet).map(([high, low]) => (high << 16) | low);
  const ipv4 = fc
    .tuple(word, fc.integer({ min: 97, max: 128 }))
    .map(([last, bits]) => [0, 0, 0xffff, last, bits] as const);
  const ipv6 = fc.tuple(word, word, word, word, fc.integer({ min: 1, max: 128 }));
  fc.assert(
    fc.property(fc.oneof(ipv4, ipv6), fc.array(fc.nat(127), { maxLength: 5 }), ([w0, w1, w2, w3, bits], flips) => {
      const prefix = addressFromWords(w0, w1, w2, w3, bits);
      const words = [w0, w1, w2, w3];
      for (const bit of flips) words[bit >> 5] = (words[bit >> 5] ?? 0) ^ (1 << (bit & 31));
      const [a = 0, b = 0, c = 0, d = 0] = words;
      const address = addressFromWords(a, b, c, d, 128);
      const isMatched = new RegExp(`^(?:${addressPattern(prefix)})$`).test(address.text);
      assert.equal(isMatched, covers(prefix, address), `${address.text} in ${prefix.text}`);
    }),
    { numRuns: Number(process.env['F2B_RUNS'] ?? 2_000) },
  );
});
