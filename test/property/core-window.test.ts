/** The sliding window against a brute-force oracle that keeps every entry and looks at every window. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decider, exported, exportedBy, failure, jail, Remembered } from '../support/core.js';
import '../support/seed.js';

interface Hit {
  readonly text: string;
  readonly at: number;
  readonly count: number;
}

const limits = fc.record({
  maxretry: fc.integer({ min: 1, max: 6 }),
  findtime: fc.integer({ min: 1, max: 40 }),
  bantime: fc.integer({ min: 1, max: 60 }),
});

function hits(step: fc.Arbitrary<number>): fc.Arbitrary<readonly Hit[]> {
  const one = fc.record({
    step,
    text: fc.constantFrom('192.0.2.1', '192.0.2.2', '2001:db8::1'),
    count: fc.constantFrom(1, 1, 2),
  });
  return fc.array(one, { minLength: 1, maxLength: 80 }).map((steps) => {
    let at = 10_000;
    return steps.map(({ step: by, text, count }) => {
      at += by;
      return { text, at, count };
    });
  });
}

const inOrder = hits(fc.integer({ min: 0, max: 20 }));
const outOfOrder = hits(
  fc.oneof(fc.integer({ min: 0, max: 20 }), fc.integer({ min: -30, max: 0 }), fc.constantFrom(-5000, 5000)),
);

/** Who is banned by which hit, told by keeping everything and counting every window anew. */
function oracle(all: readonly Hit[], limit: { maxretry: number; findtime: number; bantime: number }): string[] {
  let kept: Hit[] = [];
  let bans: { text: string; since: number; until: number }[] = [];
  const ended: typeof bans = [];
  const decided: string[] = [];
  for (const hit of all) {
    kept = kept.filter(({ at }) => at > hit.at - limit.findtime);
    ended.push(...bans.filter(({ until }) => until <= hit.at));
    bans = bans.filter(({ until }) => until > hit.at);
    if (bans.some(({ text }) => text === hit.text)) continue;
    const latest = ended.filter(({ text }) => text === hit.text).at(-1);
    if (latest && hit.at > latest.since - limit.findtime && hit.at < latest.until) continue;
    kept.push(hit);
    const own = kept.filter(({ text }) => text === hit.text);
    const windows = own
      .map(({ at: end }) => own.filter(({ at }) => at > end - limit.findtime && at <= end))
      .filter((window) => window.includes(hit))
      .map((window) => ({
        sum: window.reduce((sum, { count }) => sum + count, 0),
        end: Math.max(...window.map(({ at }) => at)),
      }))
      .filter(({ sum }) => sum >= limit.maxretry);
    if (windows.length === 0) continue;
    const most = Math.max(...windows.map(({ sum }) => sum));
    const since = Math.min(...windows.filter(({ sum }) => sum === most).map(({ end }) => end));
    kept = kept.filter(({ text }) => text !== hit.text);
    bans.push({ text: hit.text, since, until: since + limit.bantime });
    decided.push(`${hit.text} ${since} ${most}`);
  }
  return decided;
}

function decided(all: readonly Hit[], limit: { maxretry: number; findtime: number; bantime: number }): string[] {
  const subject = decider([jail({ ...limit, ipv6Prefix: 128 })]);
  return all
    .flatMap(({ text, at, count }) => subject.failure(failure(text, at, { count })))
    .filter((effect) => effect.kind === 'ban')
    .map(({ ban }) => `${ban.address.text} ${ban.since} ${ban.failures}`);
}

test('bans are exactly those of a brute-force sliding window', () => {
  fc.assert(
    fc.property(limits, inOrder, (limit, all) => {
      assert.deepEqual(decided(all, limit), oracle(all, limit));
    }),
    { numRuns: 400 },
  );
});

test('late entries and clocks that are set leave the windows exact', () => {
  fc.assert(
    fc.property(limits, outOfOrder, (limit, all) => {
      assert.deepEqual(decided(all, limit), oracle(all, limit));
    }),
    { numRuns: 400 },
  );
});

test('the edges of windows are exact to the microsecond, in any order of entries', () => {
  const narrow = fc.record({
    maxretry: fc.integer({ min: 2, max: 5 }),
    findtime: fc.integer({ min: 1, max: 5 }),
    bantime: fc.integer({ min: 1, max: 5 }),
  });
  fc.assert(
    fc.property(narrow, hits(fc.integer({ min: -4, max: 5 })), (limit, all) => {
      assert.deepEqual(decided(all, limit), oracle(all, limit));
    }),
    { numRuns: 1_000 },
  );
});

test('the order in which entries of one window arrive does not matter', () => {
  const shuffled = fc
    .array(fc.integer({ min: 0, max: 39 }), { minLength: 2, maxLength: 12 })
    .chain((times) => fc.tuple(fc.constant(times), fc.shuffledSubarray(times, { minLength: times.length })));
  fc.assert(
    fc.property(shuffled, fc.integer({ min: 2, max: 12 }), ([times, order], maxretry) => {
      const limit = { maxretry, findtime: 40, bantime: 1000 };
      const straight = decided(
        [...times].sort((one, other) => one - other).map((at) => ({ text: '192.0.2.1', at, count: 1 })),
        limit,
      );
      const mixed = decided(
        order.map((at) => ({ text: '192.0.2.1', at, count: 1 })),
        limit,
      );
      assert.equal(mixed.length, straight.length);
    }),
  );
});

test('what is told of failures is all that is kept, and nothing older than findtime is', () => {
  fc.assert(
    fc.property(limits, inOrder, (limit, all) => {
      const subject = decider([jail(limit)]);
      const store = new Remembered();
      for (const { text, at } of all) {
        store.apply(subject.failure(failure(text, at)));
        assert.deepEqual(exported(store), exportedBy(subject));
        const oldest = Math.min(...[...store.failures].map((kept) => kept.at));
        assert.ok(oldest > at - limit.findtime);
      }
    }),
  );
});
