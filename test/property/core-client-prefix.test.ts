/** Whom a client of a translator, or one beside somebody who is spared, can get banned: itself, and no others. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Address, addressFromWords, covers, networkOf, overlaps } from '../../src/core/address/address.js';
import { address, decider, failure, jail, SECOND } from '../support/core.js';
import '../support/seed.js';

const word = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });

/** How translators write an IPv4 address into an IPv6 one; `own`: bits that the client chooses. */
const embeddings: readonly ((ipv4: number, own: number) => Address)[] = [
  (ipv4) => addressFromWords(0x64ff9b, 0, 0, ipv4, 128),
  (ipv4, own) => addressFromWords(0x64ff9b, 0x10000 | (own & 0xffff), 0, ipv4, 128),
  (ipv4) => addressFromWords(0, 0, 0xffff0000 | 0, ipv4, 128),
  (ipv4) => addressFromWords(0, 0, 0, ipv4, 128),
  (ipv4) => addressFromWords(0, 0, 0xffff, ipv4, 128),
  (ipv4, own) => addressFromWords(0x20020000 | (ipv4 >>> 16), (ipv4 << 16) | (own & 0xffff), own, own, 128),
  (ipv4, own) => addressFromWords(0x20010000, 0xcb007101 | 0, own & 0xfff, ~ipv4, 128),
];

const embedding = fc.constantFrom(...embeddings);
/** Differ in so many last bits at least. */
const pairs = fc.tuple(word, word, fc.integer({ min: 0, max: 23 })).map(([first, second, bits]) => {
  const other = (first & (-1 << bits)) | (second & ((1 << bits) - 1));
  return [first, other] as const;
});
const limits = fc.record({
  ipv4Prefix: fc.integer({ min: 8, max: 32 }),
  ipv6Prefix: fc.integer({ min: 32, max: 128 }),
  aggregateAfter: fc.constantFrom(undefined, 2, 3),
});

test('no client of a translator gets a client of another IPv4 network banned', () => {
  let banned = 0;
  fc.assert(
    fc.property(embedding, pairs, fc.array(word, { minLength: 1, maxLength: 8 }), limits, (embed, pair, own, limit) => {
      const [attacker, other] = pair;
      const subject = decider([jail({ ...limit, maxretry: 1 })]);
      for (const [at, bits] of own.entries()) {
        const { w0, w1, w2, w3 } = embed(attacker, bits);
        subject.failure({ ...failure('192.0.2.1', at * SECOND), address: addressFromWords(w0, w1, w2, w3, 128) });
        assert.ok([...subject.bans()].some((ban) => overlaps(ban.address, embed(attacker, bits))));
      }
      banned += subject.banned;
      const widest = limit.aggregateAfter === undefined ? limit.ipv4Prefix : Math.min(24, limit.ipv4Prefix);
      const [mine, theirs] = [attacker, other].map((ipv4) => addressFromWords(0, 0, 0xffff, ipv4, 128));
      assert.ok(mine && theirs);
      if (networkOf(mine, widest).text === networkOf(theirs, widest).text) return;
      for (const bits of own) {
        for (const ban of subject.bans()) assert.ok(!overlaps(ban.address, embed(other, bits)), ban.address.text);
      }
    }),
    { numRuns: 500 },
  );
  assert.ok(banned > 500);
});

const BYTE = Array.from({ length: 256 }, (_, host) => host);
const neighbourhoods = fc.record({
  range: fc.constantFrom('2001:db8:0:1::/64', '192.0.2.0/24').map(address),
  spared: fc.subarray(BYTE, { minLength: 1, maxLength: 4 }),
  attackers: fc.shuffledSubarray(BYTE, { minLength: 200 }),
  maxretry: fc.integer({ min: 1, max: 6 }),
});

test('beside somebody who is spared nobody guesses for ever, however often he changes his address', () => {
  fc.assert(
    fc.property(neighbourhoods, ({ range, spared: hosts, attackers, maxretry }) => {
      const { w0, w1, w2, w3 } = range;
      const host = (last: number) => addressFromWords(w0, w1, w2, w3 | last, 128);
      const spared = hosts.map(host);
      const subject = decider([jail({ maxretry, ipv4Prefix: 24 })], {
        spared: (candidate) => (spared.some((one) => overlaps(candidate, one)) ? 'own-address' : undefined),
      });
      let guesses = 0;
      for (const attacker of attackers) {
        const effects = subject.failure({ ...failure('192.0.2.1', SECOND), address: host(attacker) });
        guesses += effects.filter(({ kind }) => kind === 'failure').length;
        for (const ban of subject.bans()) {
          assert.ok(covers(range, ban.address));
          assert.ok(!spared.some((one) => overlaps(ban.address, one)), `${ban.address.text} hits who is spared`);
        }
      }
      // What is left of the range is a prefix for each of the eight bits in which one may differ from who is spared.
      assert.ok(guesses <= spared.length * 8 * Math.max(2, maxretry), `${guesses} guesses`);
    }),
    { numRuns: 60 },
  );
});
