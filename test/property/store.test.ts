/**
 * Whatever is committed in whatever portions, the SQLite store remembers what the plain reading of the contract does.
 */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseAddress } from '../../src/core/address/address.js';
import { lastingEffects } from '../../src/core/deciding/lasting-effects.js';
import type { Effect } from '../../src/core/effect.js';
import { FOREVER } from '../../src/core/time.js';
import { openStore } from '../../src/store/sqlite.js';
import { RowReader, UnreadTexts } from '../../src/store/tables/row-reader.js';
import { fakeStore, snapshotOf } from '../fakes/store.js';
import { aBan, aFailure, anAddress, anOffender, NOON } from '../fakes/values.js';
import '../support/seed.js';

const addresses = ['192.0.2.1', '192.0.2.2', '198.51.100.0/24', '2001:db8::/64'].map(anAddress);

const place = fc.record({
  jail: fc.constantFrom('ssh.service', 'nginx.service', 'odd jail'),
  address: fc.constantFrom(...addresses),
});
const time = fc.integer({ min: NOON, max: NOON + 5 });
const end = fc.oneof(time, fc.constant(FOREVER));
const texts = fc.array(fc.string({ unit: 'binary' }), { maxLength: 3 });
const reason = fc.oneof(fc.constant({}), fc.record({ reason: fc.string({ unit: 'binary' }) }));

const aBanOfAny = fc
  .tuple(place, fc.record({ since: time, until: end, evidence: texts }), reason)
  .map((fields) => aBan(Object.assign({}, ...fields)));

const anEffect: fc.Arbitrary<Effect> = fc.oneof(
  fc
    .tuple(place, fc.record({ at: time, evidence: texts }))
    // A cursor names one entry, and an entry has one time. It is the last of its evidence.
    .map(
      ([where, what]) =>
        ({
          kind: 'failure',
          counted: 1,
          failure: aFailure({
            ...where,
            ...what,
            cursor: `at ${what.at}`,
            evidence: [...what.evidence, `at ${what.at}`],
          }),
        }) as const,
    ),
  place.map((where) => ({ kind: 'clear-failures', ...where }) as const),
  fc.record({ kind: fc.constant('expire-failures' as const), jail: fc.constantFrom('ssh.service'), before: time }),
  aBanOfAny.map((ban) => ({ kind: 'ban', ban }) as const),
  aBanOfAny.map((ban) => ({ kind: 'unban', ban, cause: 'expired' }) as const),
  fc
    .tuple(place, fc.record({ bannedAt: time, bantime: end, totalBantime: end }))
    .map((fields) => ({ kind: 'offender', offender: anOffender(Object.assign({}, ...fields)) }) as const),
  place.map((where) => ({ kind: 'delete-offender', ...where }) as const),
);

test('the SQLite store and the plain reading of the contract remember the same', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(anEffect, { maxLength: 12 }), { maxLength: 6 }), async (commits) => {
      const directory = await mkdtemp(join(tmpdir(), 'f2b-store-property-'));
      try {
        const real = await openStore({ directory, report: (error) => assert.fail(error.message) });
        const fake = fakeStore();
        for (const [index, effects] of commits.entries()) {
          const position = index % 2 === 0 ? { cursor: `s=${index}`, receivedAt: NOON + index } : undefined;
          await fake.commit(position, effects);
          // Not awaited one by one: some of them share a transaction.
          if (index % 3 === 0) await real.commit(position, effects);
          else void real.commit(position, effects);
        }
        await real.commit(undefined, []);
        assert.deepEqual(await snapshotOf(real), await snapshotOf(fake));
        await real.close();
      } finally {
        await rm(directory, { recursive: true });
      }
    }),
    { numRuns: 60 },
  );
});

test('without the effects that later ones make void the same is remembered', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anEffect, { maxLength: 40 }), async (effects) => {
      const [all, lasting] = [fakeStore(), fakeStore()];
      await all.commit(undefined, effects);
      await lasting.commit(undefined, lastingEffects(effects));
      assert.deepEqual(await snapshotOf(lasting), await snapshotOf(all));
    }),
    { numRuns: 500 },
  );
});

test('rows are read as JSON.parse reads them, addresses as addresses', () => {
  const odd = fc.constantFrom(
    '1.2.3',
    '1.2.3.4.5',
    '1.2.3.256',
    '01.2.3.4',
    '1..2.3',
    '.1.2.3',
    '::FFFF:1.2.3.4',
    'null',
  );
  const text = fc.oneof(fc.constantFrom('sshd', 'ssh\\d', '"', '', '],['), fc.ipV4(), fc.ipV6(), odd, fc.string());
  const number = fc.oneof(fc.nat(), fc.maxSafeInteger(), fc.double({ noNaN: true, noDefaultInfinity: true }));
  const cell = fc.oneof(text, number, fc.constant(null), fc.jsonValue());
  const rows = fc.array(fc.tuple(text, cell, cell), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(rows, fc.nat(2), (all, address) => {
      const reader = new RowReader(Buffer.from(all.map((row) => JSON.stringify(row)).join('\n')), {
        columns: 3,
        address,
      });
      for (const row of all) {
        const expected: unknown[] = JSON.parse(JSON.stringify(row));
        const asAddress = typeof row[address] === 'string' ? parseAddress(row[address]) : undefined;
        if (asAddress !== undefined) expected[address] = asAddress;
        const cells = reader.next() ?? [];
        // What the text of an address is when it is asked for is kept in it.
        if (asAddress !== undefined) assert.equal(Object(cells[address]).text, asAddress.text);
        assert.deepEqual([...cells], expected);
      }
      assert.equal(reader.next(), undefined);
    }),
    { numRuns: 500 },
  );
});

test('a list is left unread only when it holds nothing but texts, and no other cell is drawn into it', () => {
  const item = fc.oneof({ weight: 4, arbitrary: fc.string() }, fc.constantFrom('"', '\\', '"]'), fc.constant(1));
  const list = fc.array(item, { maxLength: 4 });
  fc.assert(
    fc.property(fc.array(fc.tuple(list, list), { maxLength: 8 }), (all) => {
      const form = { columns: 2, address: -1, unread: 0 };
      const reader = new RowReader(Buffer.from(all.map((row) => JSON.stringify(row)).join('\n')), form);
      for (const row of all) {
        const [first, second] = reader.next() ?? [];
        assert.deepEqual([first instanceof UnreadTexts ? first.read() : first, second], row);
      }
      assert.equal(reader.next(), undefined);
    }),
    { numRuns: 500 },
  );
});

test('a line that is no row costs itself and no other', () => {
  const lines = ['["a",1,null]', '["a",', '["b"]', 'x', '', '["c",{"d":[1,2', '["e', '["f"', '["é",2,[3]]'];
  const reader = new RowReader(Buffer.from(lines.join('\n')), { columns: 3, address: 1 });
  const read = lines.map(() => [...(reader.next() ?? [])]);
  assert.deepEqual(read[0], ['a', 1, null]);
  assert.deepEqual(read.at(-1), ['é', 2, [3]]);
  assert.equal(reader.next(), undefined);
});
