/** What the jail for repeat offenders counts, whatever else happens to bans: each act of an address once. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { overlaps } from '../../src/core/address/address.js';
import { type Ban, readBan } from '../../src/core/ban.js';
import type { Effect } from '../../src/core/effect.js';
import type { Offender } from '../../src/core/offender.js';
import { address, DAY, decider, failure, jail, MINUTE, Remembered } from '../support/core.js';
import '../support/seed.js';

const addresses = ['192.0.2.1', '192.0.2.2', '192.0.2.3', '198.51.100.1', '2001:db8::1'];
const singly = fc.constantFrom(...addresses);
const jailName = fc.constantFrom('sshd', 'smtp');

const step = fc.oneof(
  { weight: 12, arbitrary: fc.record({ kind: fc.constant('fail' as const), jail: jailName, text: singly }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('wait' as const), time: fc.integer({ min: 0, max: 12 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('unban' as const),
      jail: fc.option(jailName, { nil: undefined }),
      text: fc.constantFrom(...addresses, '192.0.2.0/24', '192.0.2.0/30'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('ban' as const),
      jail: fc.option(jailName, { nil: undefined }),
      text: singly,
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('clock' as const), by: fc.integer({ min: -5, max: 5 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart' as const) }) },
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

const limits = fc.record({
  maxretry: fc.integer({ min: 1, max: 3 }),
  disposition: fc.constantFrom('drop' as const, 'ports' as const),
  aggregateAfter: fc.constantFrom(undefined, 2),
});

function settingsOf(limitsOf: readonly Parameters<typeof jail>[0][]) {
  const [sshd, smtp] = limitsOf;
  const common = { findtime: DAY, ipv6Prefix: 128 };
  return [
    jail({ ...sshd, ...common }),
    jail({ name: 'smtp', ...smtp, ...common }),
    jail({ name: 'recidive', recidive: true, maxretry: 1000, findtime: 1000 * DAY, ipv6Prefix: 128 }),
  ];
}

/** The bans that each stand for one address: itself, or the members of a prefix. */
function answersOf(ban: Ban): readonly Ban[] {
  return ban.members ?? [ban];
}

/** What the jail should count: for each address, when the bans began that count. */
class Expected {
  readonly store = new Remembered();
  readonly counted = new Map<string, number[]>();

  /** Follows what was decided on a failure, in its order; each ban of a jail is known by the offender that it makes. */
  decided(effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (effect.kind === 'offender') this.#banned(effect.offender);
      // What a jail knew of the address is needed until its ban was looked at.
      if (effect.kind !== 'clear-failures') this.store.apply([effect]);
    }
    this.store.apply(effects.filter(({ kind }) => kind === 'clear-failures'));
  }

  lifted(effects: readonly Effect[], target: string): void {
    this.store.apply(effects);
    for (const effect of effects) {
      if (effect.kind !== 'unban' || effect.cause !== 'manual') continue;
      for (const { address: freed } of answersOf(effect.ban)) {
        if (overlaps(freed, address(target))) this.counted.delete(freed.text);
      }
    }
  }

  #banned({ jail: name, address: { text }, bannedAt }: Offender): void {
    const own = [...this.store.failures].filter((one) => one.jail === name && one.address.text === text);
    const begunAt = Math.min(...own.map(({ at }) => at));
    const isAnswered = [...this.store.bans]
      .filter(({ jail: other, origin }) => other !== name && origin === 'jail')
      .flatMap(answersOf)
      .some((one) => one.address.text === text && (one.disposition === 'drop' || begunAt <= one.since));
    if (!isAnswered) this.counted.set(text, [...(this.counted.get(text) ?? []), bannedAt]);
  }
}

function countedBy(failures: Iterable<{ jail: string; address: { text: string }; at: number }>) {
  const counted = new Map<string, number[]>();
  for (const {
    jail: name,
    address: { text },
    at,
  } of failures) {
    if (name === 'recidive')
      counted.set(
        text,
        [...(counted.get(text) ?? []), at].sort((one, other) => one - other),
      );
  }
  return new Map([...counted].sort());
}

function snapshotOf(store: Remembered) {
  return { failures: [...store.failures], offenders: [...store.offenders], bans: [...store.bans].map(readBan) };
}

test('bans by jails count, once for each act; a person’s, folded, moved and restored ones do not; unban forgets', () => {
  fc.assert(
    fc.property(limits, limits, fc.array(step, { minLength: 30, maxLength: 80 }), (sshd, smtp, steps) => {
      const settings = settingsOf([sshd, smtp]);
      const expected = new Expected();
      let subject = decider(settings);
      let now = 1000 * MINUTE;
      const take = (one: Step): void => {
        switch (one.kind) {
          case 'fail':
            now += MINUTE / 4;
            expected.decided(subject.failure(failure(one.text, now, { jail: one.jail })));
            return;
          case 'wait':
            now += one.time * MINUTE;
            expected.store.apply(subject.expire(now));
            return;
          case 'ban': {
            const order = { addresses: [address(one.text)], bantime: 8 * MINUTE };
            const answer = subject.ban(one.jail === undefined ? order : { ...order, jail: one.jail }, now);
            if (answer.kind === 'banned') expected.store.apply(answer.effects);
            return;
          }
          case 'unban':
            expected.lifted(subject.unban(address(one.text), one.jail, now), one.text);
            return;
          case 'clock':
            now += one.by * MINUTE;
            expected.store.apply(subject.clockWasSet(one.by * MINUTE));
            return;
          case 'restart':
            subject = decider(settings, { snapshot: snapshotOf(expected.store) });
        }
      };
      for (const one of steps) {
        take(one);
        const sorted = [...expected.counted].map(([text, times]) => [text, times.sort((a, b) => a - b)] as const);
        const wanted = new Map(sorted.sort());
        assert.deepEqual(countedBy(subject.failures()), wanted, JSON.stringify(one));
        assert.deepEqual(countedBy(expected.store.failures), wanted, 'and in the store');
      }
    }),
    { numRuns: 400 },
  );
});

test('whose every ban a person lifts never becomes a repeat offender', () => {
  const offences = fc.array(fc.record({ jail: jailName, text: singly, pause: fc.nat(20) }), { maxLength: 40 });
  fc.assert(
    fc.property(offences, fc.constantFrom(undefined, 2), (all, aggregateAfter) => {
      const limit = { maxretry: 1, findtime: DAY, aggregateAfter };
      const subject = decider([
        jail(limit),
        jail({ name: 'smtp', ...limit }),
        jail({ name: 'recidive', recidive: true, maxretry: 2, findtime: 1000 * DAY }),
      ]);
      let now = 0;
      for (const { jail: name, text, pause } of all) {
        now += pause * MINUTE + 1;
        subject.failure(failure(text, now, { jail: name }));
        subject.unban(address(text), undefined, now);
        assert.deepEqual([...subject.bans()], []);
      }
    }),
    { numRuns: 200 },
  );
});
