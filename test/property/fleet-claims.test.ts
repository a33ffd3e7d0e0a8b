/** The fleet's claims and the addresses that wait to be settled, as they are packed, against the plainest thing that does the same. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Address, overlaps } from '../../src/core/address/address.js';
import { COUNTED_JAIL } from '../../src/core/ban.js';
import { AddressQueue } from '../../src/core/packed/address-queue.js';
import { AddressTimes } from '../../src/core/packed/address-times.js';
import { FOREVER } from '../../src/core/time.js';
import type { Claim } from '../../src/fleet/deciding/claim.js';
import { type ClaimKey, Claims } from '../../src/fleet/deciding/claims.js';
import { anAddress } from '../fakes/values.js';
import '../support/seed.js';

/** Few enough that they meet each other. */
const address = fc.constantFrom(
  ...['203.0.113.1', '203.0.113.2', '203.0.113.0/24', '203.0.0.0/16', '2001:db8::1', '2001:db8::/48'].map(anAddress),
);
const time = fc.oneof({ weight: 9, arbitrary: fc.nat(20) }, fc.constant(FOREVER));
const claim: fc.Arbitrary<Claim> = fc.record(
  {
    host: fc.constantFrom<string>('a', 'b', 'c'),
    jail: fc.constantFrom<string>('ssh.service', COUNTED_JAIL),
    address,
    ...{ since: fc.nat(20), until: time, sequence: fc.nat(20), heardAt: fc.nat(20), saidAt: fc.nat(20) },
    reason: fc.constantFrom('5 failures on a, b', '6 failures on a, c'),
  },
  {
    noNullPrototype: true,
    requiredKeys: ['host', 'jail', 'address', 'since', 'until', 'sequence', 'heardAt', 'saidAt'],
  },
);
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('put' as const), claim }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('remove' as const), claim }) },
  fc.record({ kind: fc.constant('anew' as const) }),
);

const keyOf = ({ host, jail, address: { text } }: ClaimKey) => `${host} ${jail} ${text}`;

function texts(all: Iterable<Claim | Address>): readonly string[] {
  return [...all]
    .map((one) => ('host' in one ? JSON.stringify({ ...one, address: one.address.text }) : one.text))
    .sort();
}

test('claims that come, change and go are those that a list of them would hold', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), claim, fc.nat(20), fc.nat(20), (steps, asked, from, to) => {
      const claims = new Claims(7);
      const plain = new Map<string, Claim>();
      for (const one of steps) {
        if (one.kind === 'put') {
          claims.put(one.claim);
          plain.set(keyOf(one.claim), one.claim);
        } else if (one.kind === 'remove') {
          claims.remove(one.claim);
          plain.delete(keyOf(one.claim));
        } else {
          claims.beginAnew();
          for (const [key, known] of plain) plain.set(key, { ...known, sequence: 0 });
        }
      }
      const all = [...plain.values()];
      const addresses = new Map(all.map((one) => [one.address.text, one.address]));
      assert.deepEqual(texts(claims), texts(all));
      assert.equal(claims.size, all.length);
      assert.deepEqual(texts(claims.addresses()), [...addresses.keys()].sort());
      assert.deepEqual(
        texts(claims.of(asked.address)),
        texts(all.filter((one) => one.address.text === asked.address.text)),
      );
      assert.equal(claims.has(asked.address), addresses.has(asked.address.text));
      assert.deepEqual(claims.get(asked), plain.get(keyOf(asked)));
      assert.deepEqual(texts(claims.ofHost(asked.host)), texts(all.filter(({ host }) => host === asked.host)));
      assert.equal(claims.sizeOf(asked.host), all.filter(({ host }) => host === asked.host).length);
      assert.deepEqual(
        texts(claims.overlapping(asked.address)),
        texts([...addresses.values()].filter((one) => overlaps(one, asked.address))),
      );
      assert.deepEqual(
        texts(claims.endedBy(to, from)),
        texts(all.filter(({ until, jail }) => until <= to && (until <= from || jail !== COUNTED_JAIL))),
      );
      const heard = claims.heardBetween(from, to);
      assert.deepEqual(
        texts(heard.addresses),
        texts(all.filter(({ heardAt }) => heardAt > from && heardAt <= to).map((one) => one.address)),
      );
      assert.equal(heard.next, Math.min(FOREVER, ...all.map(({ heardAt }) => heardAt).filter((at) => at > to)));
    }),
    { numRuns: 300 },
  );
});

test('addresses that wait are taken once for each time that they came to wait, and none is forgotten', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(address, fc.integer({ min: 1, max: 4 })), { maxLength: 60 }), (steps) => {
      const queue = new AddressQueue(7);
      const waiting = new Set<string>();
      const take = (limit: number) => {
        const taken = queue.take(limit);
        assert.equal(taken.length, Math.min(limit, waiting.size));
        for (const { text } of taken) assert.ok(waiting.delete(text), text);
      };
      for (const one of steps) {
        if (typeof one === 'number') take(one);
        else {
          queue.add(one);
          waiting.add(one.text);
          assert.ok(queue.has(one));
        }
        assert.equal(queue.size, waiting.size);
      }
      take(100);
      assert.equal(queue.size, 0);
    }),
  );
});

test('who waits is taken though others keep coming', () => {
  const queue = new AddressQueue(7);
  const [first, ...others] = Array.from({ length: 50 }, (_, n) => anAddress(`203.0.113.${n}`));
  assert.ok(first !== undefined);
  queue.add(others[0] ?? first);
  queue.add(first);
  let taken = 0;
  for (const other of others) {
    const all = queue.take(1);
    taken += 1;
    if (all.some(({ text }) => text === first.text)) break;
    queue.add(other);
  }
  assert.ok(taken <= 2, `taken as number ${taken}`);
});

test('times of addresses are those that a map of them would hold', () => {
  const change = fc.tuple(address, fc.option(time, { nil: undefined }));
  fc.assert(
    fc.property(fc.array(change, { maxLength: 40 }), address, (changes, asked) => {
      const times = new AddressTimes(7);
      const plain = new Map<string, number>();
      for (const [one, at] of changes) {
        if (at === undefined) times.delete(one);
        else times.set(one, at);
        if (at === undefined) plain.delete(one.text);
        else plain.set(one.text, at);
      }
      assert.equal(times.size, plain.size);
      assert.equal(times.get(asked), plain.get(asked.text));
      assert.deepEqual(texts(times.addresses()), [...plain.keys()].sort());
    }),
  );
});
