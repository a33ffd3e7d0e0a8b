import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CarriedBan } from '../../../../src/core/deciding/carry-over.js';
import { FOREVER } from '../../../../src/core/time.js';
import { address, brief, decider, failure, jail, MINUTE } from '../../../support/core.js';

const NOW = 100 * MINUTE;
const reason = 'carried over';

function carried(text: string, given: Partial<CarriedBan> = {}): CarriedBan {
  const address_ = address(text);
  const times = { since: NOW - MINUTE, until: NOW + 9 * MINUTE };
  return { jail: 'sshd', address: address_, ...times, count: 1, failures: 5, reason, ...given };
}

test('a ban of another program is in force at once for the time that is left', () => {
  const subject = decider([jail()]);
  const { effects, ...answer } = subject.carryOver([carried('192.0.2.1')], NOW);
  assert.deepEqual(answer, { banned: 1, known: 0, remembered: 1, refused: [] });
  assert.deepEqual(brief(effects), ['offender sshd 192.0.2.1 1', 'ban sshd 192.0.2.1']);
  const [ban] = subject.bans();
  assert.deepEqual(
    [ban?.since, ban?.until, ban?.origin, ban?.failures, ban?.reason],
    [NOW - MINUTE, NOW + 9 * MINUTE, 'jail', 5, reason],
  );
});

test('to take the same in again changes nothing', () => {
  const subject = decider([jail()]);
  const all = [
    carried('192.0.2.1'),
    carried('192.0.2.2', { until: NOW - 1 }),
    carried('192.0.2.3', { until: FOREVER, count: 7 }),
    carried('192.0.2.4', { jail: 'manual' }),
    carried('2001:db8::5'),
  ];
  const first = subject.carryOver(all, NOW);
  assert.deepEqual([first.banned, first.known, first.remembered], [4, 0, 4]);
  const again = subject.carryOver(all, NOW + MINUTE);
  assert.deepEqual(again, { banned: 0, known: 4, remembered: 0, refused: [], effects: [] });
});

test('what has ended there is remembered, so that the next ban lasts as long as it would there', () => {
  const increment = { factor: 1, multipliers: [], maxtime: FOREVER, random: 0, allJails: false };
  const subject = decider([jail({ maxretry: 2, bantime: MINUTE, increment })]);
  subject.carryOver([carried('192.0.2.1', { until: NOW - 1, count: 3 })], NOW);
  assert.equal(subject.banned, 0);
  for (const at of [NOW + 1, NOW + 2]) subject.failure(failure('192.0.2.1', at));
  const [ban] = subject.bans();
  assert.deepEqual([ban?.count, (ban?.until ?? 0) - (ban?.since ?? 0)], [4, 8 * MINUTE]);
});

test('a ban in force ends later by it, never earlier, and a person’s stays as it is', () => {
  const subject = decider([jail()]);
  subject.carryOver([carried('192.0.2.1')], NOW);
  const longer = subject.carryOver([carried('192.0.2.1', { until: NOW + 20 * MINUTE })], NOW);
  assert.deepEqual(brief(longer.effects), ['ban sshd 192.0.2.1']);
  const shorter = subject.carryOver([carried('192.0.2.1', { until: NOW + 5 * MINUTE })], NOW);
  assert.deepEqual([shorter.known, shorter.effects], [1, []]);
  subject.ban({ addresses: [address('192.0.2.2')], jail: 'sshd', bantime: MINUTE }, NOW);
  assert.deepEqual(
    subject.carryOver([carried('192.0.2.2')], NOW).effects.map(({ kind }) => kind),
    ['offender'],
  );
});

test('who is spared, everybody, and who is of no jail is told, and costs nobody else', () => {
  const spared = (candidate: { readonly text: string }) => (candidate.text === '192.0.2.9' ? 'ignoreip' : undefined);
  const subject = decider([jail()], { spared });
  const { refused, banned } = subject.carryOver(
    [carried('192.0.2.9'), carried('0.0.0.0/0'), carried('192.0.2.1', { jail: 'nope' }), carried('192.0.2.2')],
    NOW,
  );
  assert.deepEqual(
    refused.map(({ address: { text }, jail: name, by }) => `${name} ${text} ${by}`),
    ['sshd 192.0.2.9 ignoreip', 'sshd 0.0.0.0/0 everybody', 'nope 192.0.2.1 unknown-jail'],
  );
  assert.equal(banned, 1);
});

test('a jail that counts networks bans the network', () => {
  const subject = decider([jail({ ipv6Prefix: 64 })]);
  subject.carryOver([carried('2001:db8::5'), carried('2001:db8::6')], NOW);
  assert.deepEqual(
    [...subject.bans()].map((ban) => ban.address.text),
    ['2001:db8::/64'],
  );
});
