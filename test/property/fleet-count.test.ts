/** Failures counted over many hosts, for random failures in random order, against every window counted by itself. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { partitionOf } from '../../src/fleet/counting/partition.js';
import { type CountRules, PartitionCount } from '../../src/fleet/counting/partition-count.js';
import { encodeFailures, failureSubject } from '../../src/fleet/messages/failure-message.js';
import type { Delivered } from '../../src/fleet/messages/message.js';
import { anAddress, NOON } from '../fakes/values.js';
import '../support/seed.js';

const SECOND = 1_000_000;

/** All of one partition. */
const texts = Array.from({ length: 60 }, (_, n) => `203.0.113.${n}`)
  .filter((text) => partitionOf(anAddress(text)) === 3)
  .slice(0, 3);

/** When it was logged, and so long after that the servers have it. Seconds. */
interface Hit {
  readonly host: string;
  readonly text: string;
  readonly at: number;
  readonly delay: number;
  readonly count: number;
}

function hits(delay: fc.Arbitrary<number>): fc.Arbitrary<readonly Hit[]> {
  const one = fc.record({
    step: fc.nat(12),
    host: fc.constantFrom<string>('a', 'b', 'c', 'd'),
    text: fc.constantFrom(...texts),
    delay,
    count: fc.constantFrom(1, 1, 1, 2),
  });
  return fc.array(one, { minLength: 1, maxLength: 90 }).map((all) => {
    let at = 0;
    return all
      .map(({ step, ...hit }) => {
        at += step;
        return { ...hit, at };
      })
      .sort((x, y) => x.at + x.delay - (y.at + y.delay));
  });
}

const rules: fc.Arbitrary<CountRules> = fc.record({
  maxretry: fc.integer({ min: 2, max: 6 }),
  findtime: fc.integer({ min: 10, max: 60 }).map((n) => n * SECOND),
  bantime: fc.integer({ min: 1, max: 90 }).map((n) => n * SECOND),
  reporters: fc.integer({ min: 2, max: 3 }),
});

const inOrder = hits(fc.constant(0));
const delayed = hits(fc.nat(9));

/** Whom to ban by looking at every window anew: who is banned, from when, after how many failures on which hosts. */
function oracle(all: readonly Hit[], { maxretry, findtime, bantime, reporters }: CountRules): readonly string[] {
  const span = findtime / SECOND;
  const decided: string[] = [];
  for (const text of texts) {
    let kept: Hit[] = [];
    let banned = 0;
    for (const hit of all.filter((one) => one.text === text)) {
      if (hit.at < banned) continue;
      kept.push(hit);
      const ends = [...new Set(kept.map(({ at }) => at))].sort((x, y) => x - y);
      const full = ends
        .map((end) => ({ end, window: kept.filter(({ at }) => at > end - span && at <= end) }))
        .filter(({ window }) => window.includes(hit))
        .filter(({ window }) => window.reduce((sum, { count }) => sum + count, 0) >= maxretry)
        .find(({ window }) => new Set(window.map(({ host }) => host)).size >= reporters);
      if (full === undefined) continue;
      decided.push(`${text} ${full.end}`);
      banned = full.end + bantime / SECOND;
      kept = [];
    }
  }
  return decided.sort();
}

const messageOf = ({ host, text, at, delay, count }: Hit, index: number): Delivered => ({
  subject: failureSubject(host, 3),
  data: new TextEncoder().encode(
    encodeFailures({ id: String(index), failures: [{ address: anAddress(text), at: NOON + at * SECOND, count }] }),
  ),
  sequence: index + 1,
  receivedAt: NOON + (at + delay) * SECOND,
});

/** One that counts from a place in the stream on, knowing what was found before it took over. */
class Counter {
  readonly #count: PartitionCount;
  readonly found: string[] = [];
  readonly ends: ReadonlyMap<string, number>;

  constructor(some: CountRules, ends: ReadonlyMap<string, number> = new Map()) {
    this.ends = ends;
    this.#count = new PartitionCount({
      ...{ partition: 3, rules: some, seed: 7 },
      bannedUntil: ({ text }) => this.ends.get(text),
    });
  }

  take(messages: readonly Delivered[]): this {
    for (const message of messages) {
      const { bans } = this.#count.receive(message);
      this.found.push(...bans.map(({ address, since }) => `${address.text} ${(since - NOON) / SECOND}`));
    }
    return this;
  }

  get size(): number {
    return this.#count.size;
  }
}

test('failures on many hosts ban exactly whom one window over all of them bans', () => {
  fc.assert(
    fc.property(rules, fc.oneof(inOrder, delayed), (some, all) => {
      assert.deepEqual(new Counter(some).take(all.map(messageOf)).found.sort(), oracle(all, some));
    }),
    { numRuns: 600 },
  );
});

test('what is stored twice counts once', () => {
  fc.assert(
    fc.property(rules, inOrder, fc.array(fc.nat(89), { maxLength: 20 }), (some, all, again) => {
      const messages = all.map(messageOf);
      const twice = messages.flatMap((message, index) => (again.includes(index) ? [message, message] : [message]));
      assert.deepEqual(new Counter(some).take(twice).found.sort(), oracle(all, some));
    }),
  );
});

test('counters that come, go and are killed at any moment find together what one finds that was never disturbed', () => {
  const relay = fc.record({ some: rules, all: delayed, cuts: fc.array(fc.nat(90), { minLength: 1, maxLength: 5 }) });
  fc.assert(
    fc.property(relay, ({ some, all, cuts }) => {
      const messages = all.map(messageOf);
      const found: string[] = [];
      let from = 0;
      for (const to of [...[...cuts].sort((x, y) => x - y), messages.length]) {
        // It reads again what is as old as three windows: failures that count now may be two windows old, and others
        // were counted with them.
        const begun = (messages[from]?.receivedAt ?? 0) - 3 * some.findtime;
        const first = messages.findIndex(({ receivedAt }) => receivedAt >= begun);
        const ends = new Map<string, number>();
        for (const one of found) {
          const [text = '', since = ''] = one.split(' ');
          const end = NOON + Number(since) * SECOND + some.bantime;
          ends.set(text, Math.max(end, ends.get(text) ?? 0));
        }
        const counter = new Counter(some, ends).take(messages.slice(Math.max(0, first), to));
        for (const one of counter.found) if (!found.includes(one)) found.push(one);
        from = to;
      }
      assert.deepEqual(found.sort(), oracle(all, some));
    }),
    { numRuns: 600 },
  );
});

test('one host alone gets nobody banned, however much it tells, and nobody looks through long lists for it', () => {
  const some: CountRules = { maxretry: 5, findtime: 600 * SECOND, bantime: 60 * SECOND, reporters: 2 };
  const [text = ''] = texts;
  const flood = Array.from({ length: 5_000 }, (_, n) => ({ host: 'a', text, at: n / 4, delay: 0, count: 1 }));
  const counter = new Counter(some).take(flood.map(messageOf));
  assert.deepEqual(counter.found, []);
  assert.ok(counter.size < 200, `${counter.size} are held`);
  const last = { host: 'b', text, at: 1_250, delay: 0, count: 1 };
  assert.deepEqual(counter.take([messageOf(last, 9_000)]).found, [`${text} 1250`]);
});
