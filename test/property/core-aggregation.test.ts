/** What AggregateAfter= may ban, whatever comes: only prefixes around enough offenders, and never anybody spared. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Address, covers, overlaps } from '../../src/core/address/address.js';
import type { Ban } from '../../src/core/ban.js';
import type { Decider } from '../../src/core/deciding/decider.js';
import type { Effect } from '../../src/core/effect.js';
import { address, decider, failure, jail, MINUTE } from '../support/core.js';
import '../support/seed.js';

const spared = ['192.0.3.77', '2001:db8:1::77'].map(address);

const attacker = fc.oneof(
  fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 6 })).map(([net, host]) => `192.0.${net}.${host}`),
  fc.tuple(fc.nat(2), fc.integer({ min: 1, max: 4 })).map(([net, host]) => `2001:db8:${net}:${host}::1`),
  fc.constantFrom('192.0.3.77', '2001:db8:1::77'),
);
const hits = fc.array(fc.record({ text: attacker, step: fc.integer({ min: 0, max: 2 * MINUTE }) }), { maxLength: 120 });
const releases = fc.array(fc.record({ at: fc.nat(119), text: attacker }), { maxLength: 3 });

/** An offence and until when it is to be punished. */
interface Offence {
  readonly address: Address;
  readonly until: number;
}

function checkBan(ban: Ban, aggregateAfter: number): void {
  assert.ok(!spared.some((one) => overlaps(ban.address, one)), `${ban.address.text} covers who is spared`);
  if (ban.members === undefined) {
    const length = ban.address.family === 4 ? 32 : 64;
    assert.equal(ban.address.length, length, 'what is not folded is an offender itself');
    return;
  }
  assert.ok(ban.address.length >= (ban.address.family === 4 ? 24 : 48));
  assert.ok(ban.members.length >= aggregateAfter);
  assert.equal(new Set(ban.members.map((member) => member.address.text)).size, ban.members.length);
  for (const member of ban.members) assert.ok(covers(ban.address, member.address) && member.until <= ban.until);
}

/** Everybody who is to be banned is, and nobody who never offended. */
function checkAll(subject: Decider, offences: readonly Offence[]): void {
  const bans = [...subject.bans()];
  for (const { address: offender } of offences) {
    assert.ok(
      bans.some((ban) => covers(ban.address, offender)),
      `${offender.text} is banned`,
    );
  }
  const known = new Set([...subject.offenders()].map((offender) => offender.address.text));
  for (const ban of bans.flatMap((held) => held.members ?? [held])) {
    assert.ok(known.has(ban.address.text), `${ban.address.text} has offended`);
  }
}

function offencesIn(effects: readonly Effect[]): readonly Offence[] {
  return effects
    .filter((effect) => effect.kind === 'offender')
    .map(({ offender }) => ({ address: offender.address, until: offender.bannedAt + offender.bantime }));
}

test('a folded prefix holds enough offenders, nobody spared, and every offender stays banned to its end', () => {
  const limits = fc.record({
    aggregateAfter: fc.integer({ min: 2, max: 4 }),
    maxretry: fc.integer({ min: 1, max: 2 }),
  });
  let folded = 0;
  fc.assert(
    fc.property(hits, releases, limits, (all, released, limit) => {
      const subject = decider([jail(limit)], {
        spared: (candidate) => (spared.some((one) => overlaps(candidate, one)) ? 'ignoreip' : undefined),
      });
      let offences: Offence[] = [];
      let at = 0;
      for (const [place, { text, step }] of all.entries()) {
        at += step;
        const effects = subject.failure(failure(text, at));
        offences.push(...offencesIn(effects));
        folded += effects.filter((effect) => effect.kind === 'unban' && effect.cause === 'folded').length;
        for (const { text: freed } of released.filter((release) => release.at === place)) {
          subject.unban(address(freed), undefined, at);
          offences = offences.filter((offence) => !overlaps(offence.address, address(freed)));
        }
        offences = offences.filter(({ until }) => until > at);
        for (const ban of subject.bans()) checkBan(ban, limit.aggregateAfter);
        checkAll(subject, offences);
      }
    }),
    { numRuns: 200 },
  );
  assert.ok(folded > 0, 'prefixes were folded at all');
});
