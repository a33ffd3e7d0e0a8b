/** The packed tally against a plain list of failures. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Address, compareAddresses } from '../../src/core/address/address.js';
import { totalCount } from '../../src/core/deciding/window.js';
import type { Failure } from '../../src/core/failure.js';
import { CursorPacker } from '../../src/core/packed/cursor-packer.js';
import { Tally } from '../../src/core/packed/tally.js';
import { address } from '../support/core.js';
import '../support/seed.js';

const FINDTIME = 40;

function systemdCursor(n: number): string {
  const id = n.toString(16).padStart(2, '0').repeat(16);
  return `s=${id};i=${n.toString(16)};b=${id};m=${(7 * n).toString(16)};t=${(99 * n).toString(16)};x=${n.toString(16)}`;
}

const cursor = fc.oneof(
  fc.nat(20).map(systemdCursor),
  fc.nat(20).map((n) => `c${n}`),
  // Whatever a cursor that no journal made looks like, it is the one that it was.
  fc.constantFrom('\u00ff\u00ff', '\u00ff\u00ffc1', '\u0100', 'c'.repeat(2_000), 'web1 0123456789ab-1f/0'),
);

const someAddress = fc
  .constantFrom('192.0.2.1', '192.0.2.2', '2001:db8::/64', '2001:db8::1', '10.0.0.0/8')
  .map(address);

const failure = fc
  .record({
    address: someAddress,
    at: fc.nat(100),
    cursor,
    earlier: fc.array(cursor, { maxLength: 2 }),
    count: fc.integer({ min: 1, max: 2 ** 40 }),
    user: fc.option(fc.constantFrom('root', 'a name of many characters', ''), { nil: undefined }),
  })
  .map(({ earlier, user, ...rest }): Failure => {
    const known = { jail: 'sshd', ...rest, evidence: [...earlier, rest.cursor] };
    return user === undefined ? known : { ...known, user };
  });

type Dropping =
  | { readonly kind: 'clear-failures'; readonly address: Address }
  | { readonly kind: 'expire'; readonly before: number };

const step = fc.oneof(
  { weight: 6, arbitrary: failure.map((one) => ({ kind: 'add' as const, failure: one })) },
  { weight: 1, arbitrary: someAddress.map((one) => ({ kind: 'clear-failures' as const, address: one })) },
  { weight: 1, arbitrary: fc.nat(100).map((before) => ({ kind: 'expire' as const, before })) },
);

function inOrder(failures: readonly Failure[]): readonly Failure[] {
  return [...failures].sort(
    (one, other) =>
      compareAddresses(one.address, other.address) ||
      one.at - other.at ||
      Number(one.cursor > other.cursor) - Number(one.cursor < other.cursor),
  );
}

/** The fullest window that holds the failure, found by trying every end. */
function fullestCount(held: readonly Failure[], { address: { text }, at }: Failure): number {
  const own = held.filter((other) => other.address.text === text);
  const windows = own
    .filter((end) => end.at >= at && end.at - FINDTIME < at)
    .map((end) => own.filter((other) => other.at > end.at - FINDTIME && other.at <= end.at));
  return Math.max(...windows.map(totalCount));
}

/** Adds to both; answers with what the list holds then. */
function add(tally: Tally, model: readonly Failure[], added: Failure): readonly Failure[] {
  const isSame = (known: Failure) => known.cursor === added.cursor && known.address.text === added.address.text;
  const isNew = !model.some(isSame);
  assert.equal(tally.add(added), isNew);
  if (!isNew) return model;
  const held = [...model, added];
  const counted = tally.countWith(added, FINDTIME);
  assert.equal(counted, fullestCount(held, added));
  assert.equal(totalCount(tally.windowOf(added, FINDTIME)), counted);
  return held;
}

/** Drops from both; answers with what the list holds then. */
function drop(tally: Tally, model: readonly Failure[], one: Dropping): readonly Failure[] {
  const isForgotten = ({ address: { text } }: Failure) => one.kind === 'clear-failures' && text === one.address.text;
  const isExpired = ({ at }: Failure) => one.kind === 'expire' && at <= one.before;
  const kept = model.filter((known) => !isForgotten(known) && !isExpired(known));
  const isDropped = one.kind === 'clear-failures' ? tally.clear(one.address) : tally.expire(one.before);
  assert.equal(isDropped, kept.length < model.length);
  return kept;
}

test('the tally holds, counts and drops what a plain list of failures would', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), fc.boolean(), (steps, byAccount) => {
      const tally = new Tally({ jail: 'sshd', cursors: new CursorPacker(), seed: 7 });
      tally.trackAccounts(byAccount);
      let model: readonly Failure[] = [];
      for (const one of steps) {
        model = one.kind === 'add' ? add(tally, model, one.failure) : drop(tally, model, one);
        assert.deepEqual(inOrder([...tally]), inOrder(model));
        assert.equal(tally.size, model.length);
        assert.equal(tally.addresses, new Set(model.map((known) => known.address.text)).size);
        assert.equal(tally.oldest, model.length === 0 ? undefined : Math.min(...model.map(({ at }) => at)));
      }
    }),
    { numRuns: 300 },
  );
});
