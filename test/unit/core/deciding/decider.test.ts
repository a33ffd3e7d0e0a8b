import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressFromWords } from '../../../../src/core/address/address.js';
import { type Ban, MAX_EVIDENCE } from '../../../../src/core/ban.js';
import type { Effect } from '../../../../src/core/effect.js';
import { FOREVER } from '../../../../src/core/time.js';
import {
  brief,
  DAY,
  decider,
  exported,
  exportedBy,
  failure,
  isBanned,
  jail,
  MINUTE,
  nothing,
  Remembered,
  SECOND,
} from '../../../support/core.js';

function banIn(effects: readonly Effect[]): Ban {
  const [ban] = effects.filter((effect) => effect.kind === 'ban');
  assert.ok(ban, 'a ban was decided');
  return ban.ban;
}

test('the failure that reaches maxretry within findtime bans the address', () => {
  const subject = decider([jail()]);
  assert.deepEqual(brief(subject.failure(failure('192.0.2.1', 0))), ['failure sshd 192.0.2.1']);
  assert.deepEqual(brief(subject.failure(failure('192.0.2.2', 1))), ['failure sshd 192.0.2.2']);
  assert.deepEqual(brief(subject.failure(failure('192.0.2.1', 2))), ['failure sshd 192.0.2.1']);
  const last = failure('192.0.2.1', 10 * MINUTE - 1);
  const effects = subject.failure(last);
  assert.deepEqual(brief(effects), [
    'failure sshd 192.0.2.1',
    'clear-failures sshd 192.0.2.1',
    'offender sshd 192.0.2.1 1',
    'ban sshd 192.0.2.1',
  ]);
  const ban = banIn(effects);
  assert.equal(ban.since, last.at);
  assert.equal(ban.until, last.at + 10 * MINUTE);
  assert.equal(ban.failures, 3);
  assert.equal(ban.evidence.length, 3);
  assert.equal(ban.evidence.at(-1), last.cursor);
  assert.equal(ban.origin, 'jail');
});

test('of much evidence the latest is kept', () => {
  const subject = decider([jail({ maxretry: MAX_EVIDENCE + 5 })]);
  const cursors = Array.from({ length: MAX_EVIDENCE + 4 }, (_, at) => {
    const one = failure('192.0.2.1', at);
    subject.failure(one);
    return one.cursor;
  });
  const last = failure('192.0.2.1', MINUTE, { evidence: ['opened', 'closed'], cursor: 'closed' });
  assert.deepEqual(banIn(subject.failure(last)).evidence, [...cursors.slice(2 - MAX_EVIDENCE), 'opened', 'closed']);
});

test('a failure exactly findtime old no longer counts', () => {
  const subject = decider([jail()]);
  subject.failure(failure('192.0.2.1', 0));
  subject.failure(failure('192.0.2.1', MINUTE));
  const effects = subject.failure(failure('192.0.2.1', 10 * MINUTE));
  assert.deepEqual(brief(effects), ['expire-failures sshd 0', 'failure sshd 192.0.2.1']);
});

test('late entries count with the failures around them', () => {
  const subject = decider([jail()]);
  subject.failure(failure('192.0.2.1', 5 * MINUTE));
  subject.failure(failure('192.0.2.1', 7 * MINUTE));
  const ban = banIn(subject.failure(failure('192.0.2.1', 6 * MINUTE)));
  assert.equal(ban.since, 7 * MINUTE, 'the ban starts at the newest failure');
});

test('failures logged after the clock was set back count among themselves', () => {
  const subject = decider([jail()]);
  subject.failure(failure('192.0.2.1', 1440 * MINUTE));
  subject.failure(failure('192.0.2.1', 1440 * MINUTE + 1));
  subject.failure(failure('192.0.2.1', MINUTE));
  subject.failure(failure('192.0.2.1', 2 * MINUTE));
  assert.equal(isBanned(subject, '192.0.2.1'), false);
  subject.failure(failure('192.0.2.1', 3 * MINUTE));
  assert.equal(isBanned(subject, '192.0.2.1'), true);
});

test('an entry that comes again is not counted again', () => {
  const subject = decider([jail()]);
  const entry = failure('192.0.2.1', SECOND);
  assert.equal(subject.failure(entry).length, 1);
  assert.deepEqual(subject.failure(entry), []);
  assert.deepEqual(subject.failure(entry), []);
});

test('failures of a banned address change nothing, nor do late ones from before the ban', () => {
  const subject = decider([jail()]);
  for (const at of [10, 11, 12]) subject.failure(failure('192.0.2.1', at * MINUTE));
  assert.deepEqual(subject.failure(failure('192.0.2.1', 13 * MINUTE)), []);
  assert.deepEqual(brief(subject.expire(22 * MINUTE)), ['unban sshd 192.0.2.1 expired']);
  assert.deepEqual(subject.failure(failure('192.0.2.1', 11 * MINUTE)), []);
  assert.deepEqual(subject.failure(failure('192.0.2.1', 22 * MINUTE - 1)), []);
  assert.deepEqual(brief(subject.failure(failure('192.0.2.1', 22 * MINUTE))), ['failure sshd 192.0.2.1']);
});

test('a ban ends with the first entry at its end, and the timer is told when that is', () => {
  const subject = decider([jail({ maxretry: 1 }), jail({ name: 'forever', maxretry: 1, bantime: FOREVER })]);
  assert.equal(subject.nextExpiry(), undefined);
  subject.failure(failure('192.0.2.1', MINUTE));
  subject.failure(failure('192.0.2.2', 0, { jail: 'forever' }));
  assert.equal(subject.nextExpiry(), 11 * MINUTE);
  assert.deepEqual(subject.expire(11 * MINUTE - 1), []);
  const effects = brief(subject.failure(failure('192.0.2.3', 11 * MINUTE)));
  assert.deepEqual(effects.slice(0, 2), ['unban sshd 192.0.2.1 expired', 'failure sshd 192.0.2.3']);
  assert.ok(isBanned(subject, '192.0.2.2'));
});

test('a spared address is recorded, not counted', () => {
  const subject = decider([jail({ maxretry: 1 })], {
    spared: ({ text }) => (text === '192.0.2.9' ? 'own-address' : undefined),
  });
  assert.deepEqual(brief(subject.failure(failure('192.0.2.9', 0))), ['spared sshd 192.0.2.9 own-address']);
  assert.equal([...subject.bans()].length, 0);
});

test('failures of unknown jails are nobody’s', () => {
  assert.deepEqual(decider([jail()]).failure(failure('192.0.2.1', 0, { jail: 'gone' })), []);
});

test('what is remembered of jails that are gone is dropped with the first effects', () => {
  const old = decider([jail({ name: 'old' })]);
  for (const at of [0, 1, 2]) old.failure(failure('192.0.2.1', at, { jail: 'old' }));
  old.failure(failure('192.0.2.2', 3, { jail: 'old' }));
  const snapshot = { failures: [...old.failures()], offenders: [...old.offenders()], bans: [...old.bans()] };
  const subject = decider([jail()], { snapshot });
  assert.equal([...subject.bans()].length, 0);
  assert.deepEqual(brief(subject.expire(4)), [
    'expire-failures old 3',
    'delete-offender old 192.0.2.1',
    'unban old 192.0.2.1 jail-removed',
  ]);
  assert.deepEqual(subject.expire(5), []);
});

test('new limits hold at once, bans keep their ends, and removed jails leave nothing', () => {
  const subject = decider([jail(), jail({ name: 'old', maxretry: 1 })]);
  subject.failure(failure('192.0.2.1', 0, { jail: 'old' }));
  subject.failure(failure('192.0.2.1', 1));
  assert.deepEqual(brief(subject.reconfigure([jail({ maxretry: 2, bantime: MINUTE })])), [
    'unban old 192.0.2.1 jail-removed',
    'delete-offender old 192.0.2.1',
  ]);
  assert.equal(banIn(subject.failure(failure('192.0.2.1', 2))).until, 2 + MINUTE);
  subject.reconfigure([jail({ bantime: 2 * MINUTE })]);
  assert.equal(subject.nextExpiry(), 2 + MINUTE);
});

test('what ends all at once, by the hundred thousand, ends', () => {
  const offenders = Array.from({ length: 140_000 }, (_, n) => ({
    jail: 'sshd',
    address: addressFromWords(0, 0, 0xffff, n, 128),
    count: 1,
    bannedAt: 0,
    bantime: MINUTE,
    totalBantime: MINUTE,
  }));
  const subject = decider([jail({ offenderMemory: 0 })], { snapshot: { ...nothing, offenders } });
  assert.equal(subject.expire(60 * MINUTE).length, offenders.length);
});

test('with too many failures the fullest jail drops its oldest', () => {
  const subject = decider([jail(), jail({ name: 'smtp' })], { maxFailures: 4 });
  subject.failure(failure('192.0.2.9', 0, { jail: 'smtp' }));
  for (const at of [1, 2, 3]) subject.failure(failure(`192.0.2.${at}`, at));
  const effects = subject.failure(failure('192.0.2.9', 4, { jail: 'smtp' }));
  assert.deepEqual(brief(effects), ['failure smtp 192.0.2.9', 'expire-failures sshd 1']);
  assert.equal([...subject.failures()].length, 4);
});

for (const [change, by] of [
  ['forward by a day', DAY],
  ['back by a day', -DAY],
  ['back by five minutes', -5 * MINUTE],
] as const) {
  test(`bans last as long as they were meant to when the clock is set ${change}`, () => {
    const subject = decider([
      jail({ maxretry: 1, aggregateAfter: 2 }),
      jail({ name: 'ever', maxretry: 1, bantime: FOREVER }),
    ]);
    for (const text of ['192.0.2.1', '192.0.2.2', '198.51.100.1']) subject.failure(failure(text, 2 * DAY));
    subject.failure(failure('192.0.2.1', 2 * DAY, { jail: 'ever' }));
    const store = new Remembered();
    store.apply([...subject.bans()].map((ban) => ({ kind: 'ban', ban })));
    store.apply([...subject.offenders()].map((offender) => ({ kind: 'offender', offender })));
    store.apply(subject.clockWasSet(by));
    assert.deepEqual(exported(store), exportedBy(subject), 'the effects say so');
    const now = 2 * DAY + by;
    assert.equal(subject.nextExpiry(), now + 10 * MINUTE);
    assert.deepEqual(subject.expire(now + 10 * MINUTE - 1), []);
    assert.deepEqual(brief(subject.expire(now + 10 * MINUTE)), [
      'unban sshd 192.0.2.0/24 expired',
      'unban sshd 198.51.100.1 expired',
    ]);
    assert.ok(isBanned(subject, '192.0.2.1'), 'permanent bans stay');
    subject.failure(failure('198.51.100.1', now + 10 * MINUTE));
    assert.ok(isBanned(subject, '198.51.100.1'));
  });
}
