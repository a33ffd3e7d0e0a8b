/** The decider against its own memory: killed and resumed anywhere, it must end as an undisturbed run. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Address, covers } from '../../src/core/address/address.js';
import { type Ban, readBan } from '../../src/core/ban.js';
import { createDecider } from '../../src/core/deciding/decider.js';
import type { Effect } from '../../src/core/effect.js';
import type { Memory } from '../../src/core/memory.js';
import type { JailSettings } from '../../src/core/settings.js';
import {
  address,
  canonical,
  exported,
  exportedBy,
  failure,
  jail,
  MINUTE,
  nothing,
  Remembered,
  SECOND,
} from '../support/core.js';
import '../support/seed.js';

interface Hit {
  readonly jail: string;
  readonly text: string;
  readonly at: number;
  readonly user: string | undefined;
  readonly isLogin: boolean;
}

const addresses = [
  '192.0.2.1',
  '192.0.2.2',
  '192.0.2.3',
  '192.0.2.9',
  '198.51.100.1',
  '2001:db8::1',
  '2001:db8::2',
  '2001:db8:0:1::1',
];
const own = address('192.0.2.9');

/** Mostly a step forward, sometimes a late entry, now and then a clock that was set. */
const step = fc.oneof(
  { weight: 12, arbitrary: fc.integer({ min: 0, max: 90 * SECOND }) },
  { weight: 3, arbitrary: fc.integer({ min: -5 * MINUTE, max: 0 }) },
  { weight: 1, arbitrary: fc.integer({ min: -60 * MINUTE, max: 60 * MINUTE }) },
);

const hits = fc
  .array(
    fc.record({
      step,
      jail: fc.constantFrom('sshd', 'smtp', 'recidive'),
      text: fc.constantFrom(...addresses),
      user: fc.option(fc.constantFrom('root', 'anna'), { nil: undefined }),
      isLogin: fc.constantFrom(false, false, false, false, false, false, true),
    }),
    { minLength: 1, maxLength: 120 },
  )
  .map((steps) => {
    let at = 1000 * MINUTE;
    return steps.map(({ step: by, ...hit }): Hit => {
      at += by;
      return { ...hit, at };
    });
  });

const limits = fc.record({
  maxretry: fc.integer({ min: 1, max: 4 }),
  findtime: fc.integer({ min: 1, max: 10 * MINUTE }),
  bantime: fc.integer({ min: 1, max: 10 * MINUTE }),
  offenderMemory: fc.integer({ min: 0, max: 60 * MINUTE }),
  ipv4Prefix: fc.constantFrom(32, 30),
  ipv6Prefix: fc.constantFrom(128, 64),
  aggregateAfter: fc.constantFrom(undefined, 2, 3),
  maxretryUser: fc.constantFrom(undefined, 2, 3),
  resetOnSuccess: fc.boolean(),
  increment: fc.option(
    fc.record({
      factor: fc.constantFrom(1, 1.5),
      multipliers: fc.constantFrom([], [1, 3, 7]),
      maxtime: fc.constant(60 * MINUTE),
      random: fc.constantFrom(0, MINUTE),
      allJails: fc.boolean(),
    }),
    { nil: undefined },
  ),
});

const jails = fc
  .tuple(limits, limits, limits)
  .map(([sshd, smtp, recidive]): JailSettings[] => [
    jail(sshd),
    jail({ name: 'smtp', ...smtp }),
    jail({ name: 'recidive', ...recidive, recidive: true }),
  ]);

/** Drawn from the cursor, as the daemon does. */
function random(cursor: string): number {
  return (Number(cursor.slice(1)) % 97) / 97;
}

/** With nothing in common with the original; addresses by their texts, as from a store. */
function copyOf<T extends { readonly address: Address }>(value: T): T {
  return { ...structuredClone(value), address: address(value.address.text) };
}

function copyOfBan(ban: Ban): Ban {
  return ban.members === undefined ? copyOf(ban) : { ...copyOf(ban), members: ban.members.map(copyOfBan) };
}

/** From a copy, in another order: neither may matter. */
function resume(settings: readonly JailSettings[], snapshot: Memory) {
  const copy = {
    failures: [...snapshot.failures].reverse().map(copyOf),
    offenders: [...snapshot.offenders].reverse().map(copyOf),
    bans: [...snapshot.bans].reverse().map((ban) => copyOfBan(readBan(ban))),
  };
  return createDecider({
    jails: settings,
    snapshot: copy,
    random,
    maxFailures: 12,
    spared: (candidate) => (covers(candidate, own) ? 'own-address' : undefined),
  });
}

function cursorOf(place: number): string {
  return `c${String(place).padStart(6, '0')}`;
}

function feed(subject: ReturnType<typeof resume>, hit: Hit, place: number): Effect[] {
  if (hit.isLogin) return subject.gained(hit.jail, address(hit.text), hit.at);
  const cursor = cursorOf(place);
  const user = hit.user === undefined ? {} : { user: hit.user };
  return subject.failure(failure(hit.text, hit.at, { jail: hit.jail, cursor, evidence: [cursor], ...user }));
}

test('a run that is killed anywhere and resumed from its last commit ends as a quiet run does', () => {
  const interruptions = fc.array(fc.record({ run: fc.nat(30), commitEvery: fc.integer({ min: 1, max: 9 }) }), {
    maxLength: 6,
  });
  fc.assert(
    fc.property(jails, hits, interruptions, (settings, all, kills) => {
      const quiet = resume(settings, nothing);
      const expected = new Remembered();
      for (const [place, hit] of all.entries()) expected.apply(feed(quiet, hit, place));
      assert.deepEqual(exportedBy(quiet), exported(expected), 'effects state all that is remembered');

      const store = new Remembered();
      let committed = 0;
      for (const { run, commitEvery } of [...kills, { run: all.length, commitEvery: 7 }]) {
        const subject = resume(settings, store);
        let pending: Effect[] = [];
        const from = committed;
        for (const [offset, hit] of all.slice(from, from + run).entries()) {
          pending.push(...feed(subject, hit, from + offset));
          const isLast = from + offset === all.length - 1;
          if ((offset + 1) % commitEvery !== 0 && !isLast) continue;
          store.apply(pending);
          pending = [];
          committed = from + offset + 1;
        }
      }
      assert.deepEqual(exported(store), exported(expected));
    }),
    { numRuns: 300 },
  );
});

test('at every moment a decider resumed from the store decides the next entry as the running one does', () => {
  fc.assert(
    fc.property(jails, hits, (settings, all) => {
      const running = resume(settings, nothing);
      const store = new Remembered();
      for (const [place, hit] of all.entries()) {
        const resumed = feed(resume(settings, store), hit, place);
        const effects = feed(running, hit, place);
        assert.deepEqual(resumed.map(canonical).sort(), effects.map(canonical).sort());
        store.apply(effects);
      }
    }),
    { numRuns: 100 },
  );
});

test('effects that are stored twice are stored once', () => {
  fc.assert(
    fc.property(jails, hits, (settings, all) => {
      const subject = resume(settings, nothing);
      const once = new Remembered();
      const twice = new Remembered();
      for (const [place, hit] of all.entries()) {
        const effects = feed(subject, hit, place);
        once.apply(effects);
        twice.apply(effects);
        twice.apply(effects);
      }
      assert.deepEqual(exported(twice), exported(once));
    }),
    { numRuns: 100 },
  );
});
