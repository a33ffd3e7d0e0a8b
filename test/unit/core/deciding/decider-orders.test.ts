import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Address } from '../../../../src/core/address/address.js';
import { covers } from '../../../../src/core/address/address.js';
import { LONGEST_BANTIME } from '../../../../src/core/deciding/bantime.js';
import { Jail } from '../../../../src/core/deciding/jail.js';
import { CursorPacker } from '../../../../src/core/packed/cursor-packer.js';
import { FOREVER } from '../../../../src/core/time.js';
import { address, brief, decider, failure, isBanned, jail, MINUTE } from '../../../support/core.js';

const own = address('192.0.2.9');
const guests = address('198.51.100.0/24');

function spared(candidate: Address): 'own-address' | 'ignoreip' | undefined {
  if (covers(candidate, own)) return 'own-address';
  return covers(candidate, guests) || covers(guests, candidate) ? 'ignoreip' : undefined;
}

test('a person bans an address or a prefix, in a jail or in none', () => {
  const subject = decider([jail({ disposition: 'reject', bantime: MINUTE })]);
  const inJail = subject.ban({ addresses: [address('192.0.2.1')], jail: 'sshd', reason: 'noise' }, 5);
  assert.ok(inJail.kind === 'banned');
  assert.deepEqual(brief(inJail.effects), ['ban sshd 192.0.2.1']);
  const [made] = inJail.bans;
  assert.deepEqual([made?.ban.until, made?.ban.disposition, made?.ban.reason], [5 + MINUTE, 'reject', 'noise']);
  const prefix = subject.ban({ addresses: [address('203.0.113.0/24')] }, 6);
  assert.ok(prefix.kind === 'banned');
  assert.deepEqual([prefix.bans[0]?.ban.until, prefix.bans[0]?.ban.jail], [FOREVER, 'manual']);
  assert.ok(isBanned(subject, '203.0.113.200'));
});

test('bans of everybody, of this machine and of who is spared are refused', () => {
  const subject = decider([jail()], { spared });
  const refusals = [
    ['0.0.0.0/0', 'everybody'],
    ['::/0', 'everybody'],
    ['192.0.2.9', 'own-address'],
    ['192.0.0.0/16', 'own-address'],
    ['198.51.100.7', 'ignoreip'],
    ['198.51.0.0/16', 'ignoreip'],
  ] as const;
  for (const [text, by] of refusals) {
    const refused = { kind: 'refused', refusals: [{ address: address(text), by }] };
    assert.deepEqual(subject.ban({ addresses: [address(text)] }, 0), refused, text);
  }
  const unknown = subject.ban({ addresses: [address('192.0.2.1')], jail: 'nope' }, 0);
  assert.ok(unknown.kind === 'refused' && unknown.refusals[0]?.by === 'unknown-jail');
  assert.equal([...subject.bans()].length, 0);
});

test('several addresses are banned together, or none of them when one is refused', () => {
  const subject = decider([jail()], { spared });
  const texts = ['192.0.2.1', '198.51.100.7', '2001:db8::1'];
  const refused = subject.ban({ addresses: texts.map(address) }, 0);
  assert.deepEqual(refused, { kind: 'refused', refusals: [{ address: address('198.51.100.7'), by: 'ignoreip' }] });
  assert.equal(subject.banned, 0);
  const banned = subject.ban({ addresses: texts.map(address), force: true }, 0);
  assert.ok(banned.kind === 'banned');
  assert.deepEqual(
    banned.bans.map(({ ban }) => ban.address.text),
    texts,
  );
  assert.equal(subject.banned, 3);
});

test('force bans who is spared, but never this machine or everybody', () => {
  const subject = decider([jail()], { spared });
  assert.equal(subject.ban({ addresses: [address('198.51.100.7')], force: true }, 0).kind, 'banned');
  assert.equal(subject.ban({ addresses: [own], force: true }, 0).kind, 'refused');
  assert.equal(subject.ban({ addresses: [address('0.0.0.0/0')], force: true }, 0).kind, 'refused');
});

test('a person’s ban takes the place of the jail’s, and its end is the end', () => {
  const subject = decider([jail({ maxretry: 1, bantime: FOREVER })]);
  subject.failure(failure('192.0.2.1', 0));
  const answer = subject.ban({ addresses: [address('192.0.2.1')], jail: 'sshd', bantime: MINUTE }, 10);
  assert.ok(answer.kind === 'banned');
  assert.equal([...subject.bans()].length, 1);
  assert.deepEqual(brief(subject.expire(10 + MINUTE)), ['unban sshd 192.0.2.1 expired']);
  subject.failure(failure('192.0.2.1', 10 + MINUTE));
  assert.ok(isBanned(subject, '192.0.2.1'), 'a failure after that end counts');
});

test('an unban lifts the bans of an address in one jail or in all, and it is new again', () => {
  const subject = decider([jail({ maxretry: 1 }), jail({ name: 'smtp', maxretry: 1 })]);
  for (const name of ['sshd', 'smtp']) subject.failure(failure('192.0.2.1', 0, { jail: name }));
  assert.deepEqual(brief(subject.unban(address('192.0.2.1'), 'smtp', 1)), [
    'unban smtp 192.0.2.1 manual',
    'delete-offender smtp 192.0.2.1',
  ]);
  assert.ok(isBanned(subject, '192.0.2.1'));
  assert.deepEqual(brief(subject.unban(address('192.0.2.1'), undefined, 1)), [
    'unban sshd 192.0.2.1 manual',
    'delete-offender sshd 192.0.2.1',
  ]);
  assert.deepEqual(subject.unban(address('192.0.2.1'), undefined, 1), []);
  subject.failure(failure('192.0.2.1', 2));
  assert.ok(isBanned(subject, '192.0.2.1'), 'new failures count again');
});

test('an unban of a prefix lifts what lies in it; an unban of an address lifts the prefixes around it', () => {
  const subject = decider([jail({ maxretry: 1 })]);
  for (const text of ['192.0.2.1', '192.0.2.200', '192.0.3.1', '2001:db8::1']) subject.failure(failure(text, 0));
  assert.equal(subject.unban(address('192.0.2.0/24'), undefined, 1).filter(({ kind }) => kind === 'unban').length, 2);
  assert.ok(isBanned(subject, '192.0.3.1'));
  assert.ok(isBanned(subject, '2001:db8::2'), 'IPv6 is banned by /64');
  subject.unban(address('2001:db8::2'), undefined, 1);
  assert.ok(!isBanned(subject, '2001:db8::1'));
});

test('a ban that takes the place of another one of the same jail and address says what that was', () => {
  const subject = decider([jail({ maxretry: 1 })]);
  subject.failure(failure('192.0.2.1', 0));
  const order = { addresses: [address('192.0.2.1')], jail: 'sshd', bantime: MINUTE };
  const first = subject.ban({ ...order, reason: 'noise' }, 1);
  assert.ok(first.kind === 'banned');
  assert.deepEqual(first.bans[0]?.replaced?.until, 10 * MINUTE);
  const second = subject.ban(order, 2);
  assert.ok(second.kind === 'banned');
  const { until, origin, reason } = second.bans[0]?.replaced ?? assert.fail();
  assert.deepEqual([until, origin, reason], [1 + MINUTE, 'manual', 'noise']);
  const later = subject.ban(order, 2 + MINUTE);
  assert.ok(later.kind === 'banned' && later.bans[0]?.replaced === undefined, 'the one before has ended');
  const elsewhere = subject.ban({ addresses: [address('192.0.2.1')] }, 3 + MINUTE);
  assert.ok(elsewhere.kind === 'banned' && elsewhere.bans[0]?.replaced === undefined);
});

test('what a person banned for ever ends only by force; what a jail did may be changed', () => {
  const subject = decider([jail({ maxretry: 1, bantime: FOREVER })]);
  const order = { addresses: ['192.0.2.1', '192.0.2.2'].map(address), bantime: MINUTE };
  subject.ban({ addresses: [address('192.0.2.1')], reason: 'known' }, 0);
  assert.deepEqual(subject.ban(order, 1), {
    kind: 'refused',
    refusals: [{ address: address('192.0.2.1'), by: 'permanent' }],
  });
  const kept = subject.ban({ addresses: [address('192.0.2.1')], reason: 'known too well' }, 1);
  assert.ok(kept.kind === 'banned' && kept.bans[0]?.replaced?.reason === 'known');
  const forced = subject.ban({ ...order, force: true }, 1);
  assert.ok(forced.kind === 'banned' && forced.bans[0]?.replaced?.until === FOREVER);
  subject.failure(failure('192.0.2.3', 2));
  const changed = subject.ban({ addresses: [address('192.0.2.3')], jail: 'sshd', bantime: MINUTE }, 3);
  assert.ok(changed.kind === 'banned' && changed.bans[0]?.replaced?.origin === 'jail');
});

test('whatever length a person or a jail gives, every time in the memory can be stored exactly', () => {
  const now = 1_800_000_000_000_000;
  const subject = decider([jail({ maxretry: 1, bantime: 2 * LONGEST_BANTIME })]);
  const [ban] = subject.failure(failure('192.0.2.1', now)).flatMap((one) => (one.kind === 'ban' ? [one.ban] : []));
  assert.equal(ban?.until, FOREVER);
  const asked = subject.ban({ addresses: [address('192.0.2.2')], bantime: Number.MAX_SAFE_INTEGER }, now);
  assert.ok(asked.kind === 'banned' && asked.bans[0]?.ban.until === FOREVER);
  const remembering = new Jail(jail(), 1, new CursorPacker());
  const sums = [1, 2, 3, 4].map(() => {
    const [effect] = remembering.remember(address('192.0.2.3'), now, LONGEST_BANTIME);
    return effect?.kind === 'offender' ? effect.offender.totalBantime : assert.fail();
  });
  assert.deepEqual(sums, [LONGEST_BANTIME, 2 * LONGEST_BANTIME, FOREVER, FOREVER]);
});

test('each report of another host is banned or refused for itself, and one that is in force stays as it is', () => {
  const subject = decider([jail()], { spared });
  const reason = 'sshd on web1';
  const texts = ['203.0.113.1', '192.0.2.9', '198.51.100.7', '0.0.0.0/0', '2001:db8::1'];
  const reports = texts.map((text) => ({ address: address(text), until: MINUTE, reason }));
  const answer = subject.report(reports, 5);
  assert.deepEqual(brief(answer.effects), ['ban fleet 203.0.113.1', 'ban fleet 2001:db8::1']);
  assert.deepEqual(
    answer.refusals.map((refused) => [refused.address.text, refused.by]),
    [
      ['192.0.2.9', 'own-address'],
      ['198.51.100.7', 'ignoreip'],
      ['0.0.0.0/0', 'everybody'],
    ],
  );
  const [ban] = [...subject.bans()];
  assert.deepEqual([ban?.origin, ban?.until, ban?.reason], ['fleet', MINUTE, reason]);
  assert.deepEqual(subject.report(reports, 6).effects, []);
  assert.deepEqual(brief(subject.report([{ address: address('203.0.113.2'), until: 6, reason }], 6).effects), []);
});

test('who is spared by now is released from what other hosts reported, and nobody bans in their jail by hand', () => {
  let isSpared = false;
  const subject = decider([jail()], { spared: () => (isSpared ? 'ignoreip' : undefined) });
  subject.report([{ address: address('203.0.113.1'), until: MINUTE, reason: 'sshd on web1' }], 5);
  isSpared = true;
  assert.deepEqual(brief(subject.releaseSpared(6)), ['unban fleet 203.0.113.1 manual']);
  isSpared = false;
  const byHand = subject.ban({ addresses: [address('192.0.2.1')], jail: 'fleet' }, 0);
  assert.ok(byHand.kind === 'refused' && byHand.refusals[0]?.by === 'unknown-jail');
});
