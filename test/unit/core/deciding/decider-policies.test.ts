import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Address, covers } from '../../../../src/core/address/address.js';
import type { Ban } from '../../../../src/core/ban.js';
import type { Decider } from '../../../../src/core/deciding/decider.js';
import type { Effect } from '../../../../src/core/effect.js';
import type { Increment, JailSettings } from '../../../../src/core/settings.js';
import { FOREVER } from '../../../../src/core/time.js';
import { address, brief, DAY, decider, failure, isBanned, jail, MINUTE } from '../../../support/core.js';

const increment: Increment = { factor: 1, multipliers: [], maxtime: DAY, random: 0, allJails: false };

function bansIn(effects: readonly Effect[]): readonly Ban[] {
  return effects.filter((effect) => effect.kind === 'ban').map(({ ban }) => ban);
}

function banned(subject: Decider): readonly string[] {
  return [...subject.bans()].map(({ jail: name, address: { text } }) => `${name} ${text}`).sort();
}

/** Lets the address fail until it is banned, from `at` on, and returns the ban. */
function offend(subject: Decider, text: string, at: number, name = 'sshd'): Ban {
  for (let tries = 0; tries < 100; tries += 1) {
    const [ban] = bansIn(subject.failure(failure(text, at + tries, { jail: name })));
    if (ban !== undefined) return ban;
  }
  return assert.fail(`${text} was never banned`);
}

test('each ban of a remembered offender is longer, and is reached with fewer failures', () => {
  const subject = decider([jail({ maxretry: 4, increment })]);
  const bans = [0, 1, 2, 3].map((hour) => offend(subject, '192.0.2.1', hour * 180 * MINUTE));
  assert.deepEqual(
    bans.map(({ until, since }) => (until - since) / MINUTE),
    [10, 20, 40, 80],
  );
  assert.deepEqual(
    bans.map(({ count }) => count),
    [1, 2, 3, 4],
  );
  assert.deepEqual(
    bans.map(({ evidence }) => evidence.length),
    [4, 2, 2, 1],
    'entries it took: each counts as 1, 2, 3, 4',
  );
  const [offender] = subject.offendersOf(address('192.0.2.1'));
  assert.deepEqual([offender?.count, offender?.bantime, offender?.totalBantime], [4, 80 * MINUTE, 150 * MINUTE]);
});

test('an offender is forgotten when its memory has passed since the full hour after its last ban', () => {
  const subject = decider([jail({ maxretry: 1, increment, offenderMemory: 60 * MINUTE })]);
  offend(subject, '192.0.2.1', 0);
  assert.deepEqual(brief(subject.expire(120 * MINUTE - 1)), ['unban sshd 192.0.2.1 expired']);
  assert.deepEqual(brief(subject.expire(120 * MINUTE)), ['delete-offender sshd 192.0.2.1']);
  assert.equal(offend(subject, '192.0.2.1', 121 * MINUTE).count, 1);
});

test('an offender is not forgotten while it is banned for good', () => {
  const subject = decider([jail({ maxretry: 1, bantime: FOREVER, offenderMemory: 0 })]);
  offend(subject, '192.0.2.1', 0);
  assert.deepEqual(subject.expire(1000 * DAY), []);
  assert.equal(subject.offendersOf(address('192.0.2.1')).length, 1);
});

test('with allJails the bans of all jails make a ban longer', () => {
  const jails = [
    jail({ maxretry: 1, increment: { ...increment, allJails: true } }),
    jail({ name: 'smtp', maxretry: 1, increment }),
  ];
  const subject = decider(jails);
  offend(subject, '192.0.2.1', 0, 'smtp');
  offend(subject, '192.0.2.1', 30 * MINUTE, 'smtp');
  const ban = offend(subject, '192.0.2.1', 120 * MINUTE);
  assert.equal(ban.until - ban.since, 40 * MINUTE);
  assert.equal(ban.count, 3);
  const other = offend(subject, '192.0.2.1', 121 * MINUTE, 'smtp');
  assert.equal(other.until - other.since, 40 * MINUTE, 'the other jail counts its own two');
});

test('the random part is drawn once for a ban, from the entry that led to it', () => {
  const asked: string[] = [];
  const subject = decider([jail({ maxretry: 1, increment: { ...increment, random: 8 * MINUTE } })], {
    random: (cursor) => {
      if (cursor !== '') asked.push(cursor);
      return 0.25;
    },
  });
  offend(subject, '192.0.2.1', 0);
  assert.deepEqual(asked, [], 'the first ban is the base time');
  const ban = offend(subject, '192.0.2.1', 30 * MINUTE);
  assert.equal(ban.until - ban.since, 22 * MINUTE);
  assert.deepEqual(asked, [ban.evidence.at(-1)]);
});

const recidive: JailSettings = jail({ name: 'recidive', recidive: true, maxretry: 3, findtime: DAY, bantime: 7 * DAY });

test('bans of all jails are failures in the jail for repeat offenders', () => {
  const subject = decider([jail({ maxretry: 1 }), jail({ name: 'smtp', maxretry: 1 }), recidive]);
  const first = offend(subject, '192.0.2.1', 0);
  const second = offend(subject, '192.0.2.1', 20 * MINUTE, 'smtp');
  assert.deepEqual(
    [...subject.tallyOf(address('192.0.2.1'))].map(({ jail: name, at }) => [name, at]),
    [
      ['recidive', first.since],
      ['recidive', second.since],
    ],
  );
  const effects = subject.failure(failure('192.0.2.1', 40 * MINUTE));
  const [, long] = bansIn(effects);
  assert.ok(long);
  assert.deepEqual([long.jail, long.origin, long.until - long.since], ['recidive', 'recidive', 7 * DAY]);
  assert.deepEqual(long.evidence, [...first.evidence, ...second.evidence, ...(bansIn(effects)[0]?.evidence ?? [])]);
  assert.deepEqual(banned(subject), ['recidive 192.0.2.1', 'sshd 192.0.2.1']);
});

test('neither a person’s bans nor its own feed the jail for repeat offenders', () => {
  const subject = decider([jail({ maxretry: 1 }), { ...recidive, maxretry: 1 }]);
  subject.ban({ addresses: [address('192.0.2.7')], jail: 'sshd' }, 0);
  offend(subject, '192.0.2.1', 0);
  assert.deepEqual(banned(subject), ['recidive 192.0.2.1', 'sshd 192.0.2.1', 'sshd 192.0.2.7']);
});

test('whom a person lets in again is new to the jail for repeat offenders too', () => {
  const subject = decider([jail({ maxretry: 1 }), { ...recidive, maxretry: 2 }]);
  for (const hour of [0, 1]) {
    offend(subject, '192.0.2.1', hour * 60 * MINUTE);
    assert.deepEqual(brief(subject.unban(address('192.0.2.1'), 'sshd', hour * 60 * MINUTE)), [
      'unban sshd 192.0.2.1 manual',
      'delete-offender sshd 192.0.2.1',
      'clear-failures recidive 192.0.2.1',
    ]);
  }
  assert.deepEqual(banned(subject), []);
  offend(subject, '192.0.2.1', 120 * MINUTE);
  offend(subject, '192.0.2.1', 180 * MINUTE);
  assert.deepEqual(banned(subject), ['recidive 192.0.2.1', 'sshd 192.0.2.1'], 'nobody let it in in between');
});

test('what other jails have counted of an address is forgotten when all its bans are lifted', () => {
  const subject = decider([jail({ maxretry: 1 }), jail({ name: 'smtp' })]);
  for (const at of [0, 1]) subject.failure(failure('192.0.2.1', at, { jail: 'smtp' }));
  subject.failure(failure('192.0.2.2', 1, { jail: 'smtp' }));
  offend(subject, '192.0.2.1', 2);
  subject.unban(address('192.0.2.1'), undefined, 3);
  assert.deepEqual(
    [...subject.failures()].map(({ jail: name, address: { text } }) => `${name} ${text}`),
    ['smtp 192.0.2.2'],
  );
});

test('bans of one address by several jails count once, when they answer one act', () => {
  const counts = (first: Partial<JailSettings>, second: Partial<JailSettings>, hits: [string, number][]) => {
    const subject = decider([jail(first), jail({ name: 'pam', ...second }), recidive]);
    for (const [name, at] of hits) subject.failure(failure('192.0.2.1', at, { jail: name }));
    assert.deepEqual(banned(subject), ['pam 192.0.2.1', 'sshd 192.0.2.1']);
    return [...subject.tallyOf(address('192.0.2.1'))].length;
  };
  const both: [string, number][] = [1, 2, 3].flatMap((at) => [
    ['sshd', at],
    ['pam', at],
  ]);
  const later: [string, number][] = [4, 5, 6].map((at) => ['pam', at]);
  assert.equal(counts({}, {}, both), 1, 'each password is in two programs’ lines');
  assert.equal(counts({ maxretry: 1 }, {}, [['sshd', 1], ...later]), 1, 'the address is shut out already');
  const ports = { disposition: 'ports', ports: ['22/tcp'] } as const;
  assert.equal(counts(ports, ports, both), 1, 'each password is in two programs’ lines');
  assert.equal(counts({ ...ports, maxretry: 1 }, ports, [['sshd', 1], ...later]), 2, 'it went on at another door');
});

test('the addresses of a prefix are counted and banned as one', () => {
  const subject = decider([jail({ ipv4Prefix: 30, ipv6Prefix: 64 })]);
  for (const text of ['2001:db8::1', '2001:db8::2', '2001:db8::ffff']) subject.failure(failure(text, 0));
  for (const text of ['192.0.2.4', '192.0.2.5', '192.0.2.7', '192.0.2.8']) subject.failure(failure(text, 0));
  assert.deepEqual(banned(subject), ['sshd 192.0.2.4/30', 'sshd 2001:db8::/64']);
});

function sparing(text: string, by: 'own-address' | 'ignoreip' = 'own-address') {
  const one = address(text);
  return { spared: (candidate: Address) => (covers(candidate, one) ? by : undefined) };
}

test('a prefix that holds somebody who is spared is not banned: the address alone is', () => {
  const subject = decider([jail({ maxretry: 1 })], sparing('2001:db8::1'));
  subject.failure(failure('2001:db8::bad', 0));
  subject.failure(failure('2001:db8:0:1::bad', 0));
  assert.deepEqual(banned(subject), ['sshd 2001:db8:0:1::/64', 'sshd 2001:db8::bad']);
});

test('who is spared only since its failures is not banned by them', () => {
  let spared: 'ignoreip' | undefined;
  const subject = decider([jail({ maxretryUser: 2 })], {
    spared: ({ text }) => (text === '192.0.2.1' ? spared : undefined),
  });
  subject.failure(failure('192.0.2.1', 0, { user: 'root' }));
  spared = 'ignoreip';
  const effects = brief(subject.failure(failure('192.0.2.2', 1, { user: 'root' })));
  assert.deepEqual(effects.slice(1, 3), ['clear-failures sshd 192.0.2.1', 'spared sshd 192.0.2.1 ignoreip']);
  assert.deepEqual(banned(subject), ['sshd 192.0.2.2']);
});

test('who is spared from now on is released, alone of its prefix', () => {
  let spared: Address | undefined;
  const subject = decider([jail({ maxretry: 1, aggregateAfter: 3 }), jail({ name: 'smtp', maxretry: 1 })], {
    spared: (candidate) => (spared && covers(candidate, spared) ? 'allowed' : undefined),
  });
  for (const text of ['192.0.2.1', '192.0.2.2', '192.0.2.3']) offend(subject, text, 0);
  offend(subject, '192.0.2.1', 0, 'smtp');
  subject.ban({ addresses: [address('192.0.2.1')] }, 0);
  assert.deepEqual(subject.releaseSpared(1), []);
  spared = address('192.0.2.1');
  assert.deepEqual(brief(subject.releaseSpared(1)), [
    'unban sshd 192.0.2.0/24 manual',
    'delete-offender sshd 192.0.2.1',
    'ban sshd 192.0.2.2',
    'ban sshd 192.0.2.3',
    'unban smtp 192.0.2.1 manual',
    'delete-offender smtp 192.0.2.1',
  ]);
  assert.deepEqual(banned(subject), ['manual 192.0.2.1', 'sshd 192.0.2.2', 'sshd 192.0.2.3']);
});

const aggregating = jail({ maxretry: 1, aggregateAfter: 3 });

test('so many banned addresses of one /24 become one ban of it, with its members folded in', () => {
  const subject = decider([aggregating]);
  const first = offend(subject, '192.0.2.1', 0);
  offend(subject, '192.0.3.1', 1);
  offend(subject, '192.0.2.2', 2);
  const effects = subject.failure(failure('192.0.2.3', MINUTE));
  assert.deepEqual(brief(effects), [
    'failure sshd 192.0.2.3',
    'clear-failures sshd 192.0.2.3',
    'offender sshd 192.0.2.3 1',
    'ban sshd 192.0.2.0/24',
    'unban sshd 192.0.2.1 folded',
    'unban sshd 192.0.2.2 folded',
  ]);
  const [ban] = bansIn(effects);
  assert.deepEqual(
    ban?.members?.map(({ address: { text } }) => text),
    ['192.0.2.1', '192.0.2.2', '192.0.2.3'],
  );
  assert.deepEqual([ban?.until, ban?.failures], [MINUTE + first.until - first.since, 3]);
  assert.deepEqual(banned(subject), ['sshd 192.0.2.0/24', 'sshd 192.0.3.1']);
  assert.deepEqual(subject.failure(failure('192.0.2.99', MINUTE + 1)), [], 'all of the prefix is banned now');
  assert.deepEqual(brief(subject.expire(ban?.until ?? 0)), [
    'unban sshd 192.0.3.1 expired',
    'unban sshd 192.0.2.0/24 expired',
  ]);
});

test('the members of a folded prefix stand in the order in which they were banned', () => {
  const subject = decider([aggregating]);
  const [, , latest] = ['192.0.2.9', '192.0.2.5', '192.0.2.7'].map((text, at) => offend(subject, text, at));
  assert.deepEqual(
    latest?.members?.map((member) => member.address.text),
    ['192.0.2.9', '192.0.2.5', '192.0.2.7'],
  );
});

test('a folded prefix is banned until the last of its members would be free', () => {
  const subject = decider([jail({ maxretry: 1, aggregateAfter: 2, increment })]);
  offend(subject, '192.0.2.1', 0);
  const longer = offend(subject, '192.0.2.1', 30 * MINUTE);
  const latest = offend(subject, '192.0.2.2', 31 * MINUTE);
  assert.deepEqual([latest.members?.length, latest.until], [2, longer.until]);
});

test('IPv6 neighbours are folded into a /48', () => {
  const subject = decider([aggregating]);
  for (const text of ['2001:db8:0:1::1', '2001:db8:0:2::1', '2001:db8:1::1', '2001:db8:0:3::1'])
    offend(subject, text, 0);
  assert.deepEqual(banned(subject), ['sshd 2001:db8:1::/64', 'sshd 2001:db8::/48']);
});

test('neighbours are folded into as much of the prefix as spares nobody', () => {
  const subject = decider([aggregating], sparing('192.0.2.200', 'ignoreip'));
  for (const text of ['192.0.2.1', '192.0.2.222', '192.0.2.2']) offend(subject, text, 0);
  assert.deepEqual(banned(subject), ['sshd 192.0.2.1', 'sshd 192.0.2.2', 'sshd 192.0.2.222']);
  offend(subject, '192.0.2.3', 0);
  assert.deepEqual(banned(subject), ['sshd 192.0.2.0/25', 'sshd 192.0.2.222']);
});

test('neighbours are not folded while somebody between them is spared', () => {
  const subject = decider([aggregating], sparing('192.0.2.3', 'ignoreip'));
  for (const text of ['192.0.2.1', '192.0.2.2', '192.0.2.4', '192.0.2.9']) offend(subject, text, 0);
  assert.equal(banned(subject).length, 4);
});

test('beside somebody who is spared single addresses are banned, and once they are many all that spares nobody', () => {
  const subject = decider([jail({ maxretry: 3 })], sparing('2001:db8::1', 'own-address'));
  offend(subject, '2001:db8::100', 0);
  assert.deepEqual(banned(subject), ['sshd 2001:db8::100']);
  for (let host = 1; host < 3; host += 1) {
    for (let at = 0; at < 2; at += 1) subject.failure(failure(`2001:db8::10${host}`, at));
  }
  assert.deepEqual(banned(subject), ['sshd 2001:db8::100', 'sshd 2001:db8::100/120']);
  assert.deepEqual([...subject.failures()], []);
});

test('beside somebody who is spared, failures of other jails and times and bans of a person do not add up', () => {
  const subject = decider([jail({ maxretry: 3 }), jail({ name: 'smtp' })], sparing('2001:db8::1', 'own-address'));
  subject.failure(failure('2001:db8::101', 0));
  subject.failure(failure('2001:db8::102', MINUTE, { jail: 'smtp' }));
  subject.ban({ addresses: [address('2001:db8::103')], jail: 'sshd' }, MINUTE);
  subject.failure(failure('2001:db8::104', 5 * MINUTE));
  subject.failure(failure('2001:db8::105', 10 * MINUTE));
  assert.deepEqual(banned(subject), ['sshd 2001:db8::103']);
});

test('an IPv4 prefix that holds somebody who is spared is narrowed alike', () => {
  const subject = decider([jail({ maxretry: 3, ipv4Prefix: 24 })], sparing('192.0.2.1', 'own-address'));
  for (const host of [129, 130, 131]) subject.failure(failure(`192.0.2.${host}`, host));
  assert.deepEqual(banned(subject), ['sshd 192.0.2.128/25']);
  offend(subject, '192.0.2.2', MINUTE);
  assert.deepEqual(banned(subject), ['sshd 192.0.2.128/25', 'sshd 192.0.2.2']);
});

test('bans of a person and of other jails are not folded', () => {
  const subject = decider([aggregating, jail({ name: 'smtp', maxretry: 1 })]);
  subject.ban({ addresses: [address('192.0.2.1')], jail: 'sshd' }, 0);
  offend(subject, '192.0.2.2', 0, 'smtp');
  offend(subject, '192.0.2.3', 0);
  offend(subject, '192.0.2.4', 0);
  assert.equal(banned(subject).length, 4);
});

test('a ban that a person put in the place of a jail’s is not folded', () => {
  const subject = decider([aggregating]);
  for (const text of ['192.0.2.1', '192.0.2.2']) offend(subject, text, 0);
  subject.ban({ addresses: [address('192.0.2.1')], jail: 'sshd', bantime: 7 * DAY }, 1);
  offend(subject, '192.0.2.3', 2);
  assert.deepEqual(banned(subject), ['sshd 192.0.2.1', 'sshd 192.0.2.2', 'sshd 192.0.2.3']);
});

test('a member that a person banned meanwhile keeps that ban when its prefix is released', () => {
  const subject = decider([aggregating]);
  for (const text of ['192.0.2.1', '192.0.2.2', '192.0.2.3']) offend(subject, text, 0);
  subject.ban({ addresses: [address('192.0.2.1')], jail: 'sshd', bantime: 7 * DAY }, 1);
  subject.unban(address('192.0.2.2'), undefined, 2);
  assert.deepEqual(
    [...subject.bansOf(address('192.0.2.1'))].map(({ origin, until }) => [origin, until]),
    [['manual', 1 + 7 * DAY]],
  );
});

test('releasing an address of a folded prefix bans the other members again for the rest of their time', () => {
  const subject = decider([aggregating]);
  offend(subject, '192.0.2.1', 0);
  offend(subject, '192.0.2.2', MINUTE);
  const last = offend(subject, '192.0.2.3', 2 * MINUTE);
  assert.equal(last.members?.length, 3);
  assert.deepEqual(brief(subject.unban(address('192.0.2.2'), undefined, 10 * MINUTE)), [
    'unban sshd 192.0.2.0/24 manual',
    'delete-offender sshd 192.0.2.2',
    'ban sshd 192.0.2.3',
  ]);
  assert.deepEqual(banned(subject), ['sshd 192.0.2.3'], 'the time of the first one has passed');
  assert.equal(subject.nextExpiry(), 12 * MINUTE);
});

test('releasing a folded prefix releases all of it', () => {
  const subject = decider([aggregating]);
  for (const text of ['192.0.2.1', '192.0.2.2', '192.0.2.3']) offend(subject, text, 0);
  subject.unban(address('192.0.0.0/16'), undefined, 1);
  assert.deepEqual(banned(subject), []);
  assert.deepEqual([...subject.offenders()], []);
});

test('aggregation that is switched on later folds the bans already in force', () => {
  const subject = decider([jail({ maxretry: 1 })]);
  for (const text of ['192.0.2.1', '192.0.2.2']) offend(subject, text, 0);
  subject.reconfigure([aggregating]);
  offend(subject, '192.0.2.3', 0);
  assert.deepEqual(banned(subject), ['sshd 192.0.2.0/24']);
});

test('failures on one account from many addresses ban them all', () => {
  const subject = decider([jail({ maxretry: 5, maxretryUser: 3 })]);
  for (const [at, text] of ['192.0.2.1', '192.0.2.2', '192.0.2.1'].entries()) {
    subject.failure(failure(text, at, { user: 'root' }));
  }
  subject.failure(failure('192.0.2.9', 4, { user: 'anna' }));
  subject.failure(failure('192.0.2.8', 5));
  assert.deepEqual(banned(subject), []);
  const bans = bansIn(subject.failure(failure('192.0.2.3', 6, { user: 'root' })));
  assert.deepEqual(
    bans.map(({ address: { text }, failures, since }) => [text, failures, since]),
    [
      ['192.0.2.1', 2, 6],
      ['192.0.2.2', 1, 6],
      ['192.0.2.3', 1, 6],
    ],
  );
});

test('neighbours banned for one account are folded once, and the first of them stay members', () => {
  const subject = decider([jail({ maxretryUser: 4, aggregateAfter: 2 })]);
  for (const n of [1, 2, 3, 4]) subject.failure(failure(`192.0.2.${n}`, n, { user: 'root' }));
  assert.deepEqual(banned(subject), ['sshd 192.0.2.0/24']);
  assert.deepEqual(
    [...subject.bansOf(address('192.0.2.1'))][0]?.members?.map(({ address: { text } }) => text),
    ['192.0.2.1', '192.0.2.2'],
  );
  assert.deepEqual([...subject.failures()], [], 'the others are dealt with too');
});

test('accounts that are watched from later on count the failures already held', () => {
  const subject = decider([jail()]);
  subject.failure(failure('192.0.2.1', 0, { user: 'root' }));
  subject.reconfigure([jail({ maxretryUser: 2 })]);
  subject.failure(failure('192.0.2.2', 1, { user: 'root' }));
  assert.deepEqual(banned(subject), ['sshd 192.0.2.1', 'sshd 192.0.2.2']);
});

test('failures on one account count together only within findtime', () => {
  const subject = decider([jail({ maxretryUser: 2 })]);
  subject.failure(failure('192.0.2.1', 0, { user: 'root' }));
  subject.failure(failure('192.0.2.2', 10 * MINUTE, { user: 'root' }));
  assert.deepEqual(banned(subject), []);
  subject.failure(failure('192.0.2.3', 20 * MINUTE - 1, { user: 'root' }));
  assert.deepEqual(banned(subject), ['sshd 192.0.2.2', 'sshd 192.0.2.3']);
});

test('a true login forgets the failures of its address where that is asked for', () => {
  const subject = decider([jail({ resetOnSuccess: true }), jail({ name: 'smtp' })]);
  for (const name of ['sshd', 'smtp'])
    for (const at of [0, 1]) subject.failure(failure('192.0.2.1', at, { jail: name }));
  offend(subject, '198.51.100.1', 1);
  assert.deepEqual(brief(subject.gained('sshd', address('192.0.2.1'), 2)), ['clear-failures sshd 192.0.2.1']);
  assert.deepEqual(subject.gained('smtp', address('192.0.2.1'), 2), []);
  assert.deepEqual(subject.gained('sshd', address('192.0.2.1'), 3), []);
  subject.failure(failure('192.0.2.1', 4));
  assert.ok(!isBanned(subject, '192.0.2.1'));
  const later = brief(subject.gained('sshd', address('192.0.2.7'), 9 + 10 * MINUTE));
  assert.ok(later.includes('unban sshd 198.51.100.1 expired'), 'what has ended by the login ends first');
});
