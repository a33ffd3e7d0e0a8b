/** The core's data structures against the plainest thing that does the same. */
import assert from 'node:assert/strict';
import { BlockList } from 'node:net';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  type Address,
  covers,
  networkOf,
  overlaps,
  parseAddress,
  parseAddressBytes,
} from '../../src/core/address/address.js';
import { AddressSet } from '../../src/core/address/address-set.js';
import { AddressTable } from '../../src/core/address/address-table.js';
import { type Ban, compareBans } from '../../src/core/ban.js';
import { Roster } from '../../src/core/deciding/roster.js';
import type { Offender } from '../../src/core/offender.js';
import { CursorPacker } from '../../src/core/packed/cursor-packer.js';
import { Heap } from '../../src/core/packed/heap.js';
import { Offenders } from '../../src/core/packed/offenders.js';
import { SortedList } from '../../src/core/packed/sorted-list.js';
import { FOREVER } from '../../src/core/time.js';
import { UnreadTexts } from '../../src/store/tables/row-reader.js';
import { address, MINUTE } from '../support/core.js';
import '../support/seed.js';

const anyIPv4 = fc.ipV4().map(address);
const anyIPv6 = fc
  .tuple(...Array.from({ length: 8 }, () => fc.oneof(fc.constant(0), fc.nat(0xffff))))
  .map((groups) => address(groups.map((group) => group.toString(16)).join(':')));

const HOUR = 60 * MINUTE;

/** Few enough that they meet each other, prefixes among them. */
const crowded: fc.Arbitrary<Address> = fc
  .tuple(fc.boolean(), fc.nat(3), fc.nat(3), fc.integer({ min: 0, max: 20 }))
  .map(([isIPv4, high, low, cut]) =>
    isIPv4
      ? networkOf(address(`10.${high}.0.${low * 85}`), 32 - (cut > 16 ? cut : cut % 4))
      : networkOf(address(`2001:db8:${high}::${low}`), 128 - (cut > 12 ? 4 * cut : cut % 3)),
  );

/** The single address an address or prefix begins with, for node's own parser. */
function host({ text }: Address): string {
  return text.split('/')[0] ?? text;
}

test('IPv6 texts are those of the URL standard, which follows RFC 5952', () => {
  fc.assert(
    fc.property(anyIPv6, (one) => {
      if (one.family === 6) assert.equal(`[${one.text}]`, new URL(`http://[${one.text}]/`).host);
      assert.deepEqual(parseAddress(one.text), one);
    }),
    { numRuns: 500 },
  );
});

/** Addresses, and what is nearly one. */
const nearlyIPv4 = fc
  .tuple(fc.ipV4(), fc.nat(15), fc.constantFrom('', '.', '0', '25', ':', '/', ' ', '%'))
  .map(([text, at, extra]) => text.slice(0, at) + extra + text.slice(at));

test('an address is read from its text as from its bytes', () => {
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), nearlyIPv4, fc.ipV6()), (text) => {
      const bytes = Buffer.from(text);
      assert.deepEqual(parseAddress(text), parseAddressBytes(bytes, 0, bytes.length));
    }),
    { numRuns: 2000 },
  );
});

test('covering agrees with node’s BlockList', () => {
  fc.assert(
    fc.property(
      fc.oneof(anyIPv4, anyIPv6, crowded),
      fc.oneof(anyIPv4, anyIPv6, crowded),
      fc.nat(128),
      (one, other, cut) => {
        const inner = address(host(other));
        const near = address(host(one));
        const outer = networkOf(near, Math.max(1, Math.min(cut, near.family === 4 ? 32 : 128)));
        const list = new BlockList();
        list.addSubnet(host(outer), outer.length, `ipv${outer.family}`);
        for (const candidate of [inner, near]) {
          if (candidate.family !== outer.family) continue;
          assert.equal(covers(outer, candidate), list.check(candidate.text, `ipv${candidate.family}`));
        }
      },
    ),
    { numRuns: 500 },
  );
});

test('the ignore set finds the narrowest entry around an address, and any entry in a prefix', () => {
  fc.assert(
    fc.property(fc.array(crowded, { maxLength: 30 }), crowded, (entries, asked) => {
      const set = new AddressSet(entries);
      const around = entries.filter((entry) => covers(entry, asked)).sort((one, other) => other.length - one.length);
      assert.equal(set.covering(asked)?.text, around[0]?.text);
      const touching = set.touching(asked);
      assert.equal(
        touching !== undefined,
        entries.some((entry) => overlaps(entry, asked)),
      );
      if (touching) assert.ok(overlaps(touching, asked));
      assert.equal(set.size, new Set(entries.map(({ text }) => text)).size);
    }),
    { numRuns: 500 },
  );
});

interface Item {
  key: number;
  place: number;
}

test('the heap gives its items in order whatever was dropped or moved in between', () => {
  const kind = fc.constantFrom('add', 'add', 'take', 'drop', 'move');
  const action = fc.record({ kind, key: fc.nat(50), pick: fc.nat(100) });
  const tellPlace = (item: Item, place: number): void => {
    item.place = place;
  };
  fc.assert(
    fc.property(fc.array(action, { maxLength: 120 }), (actions) => {
      const held: Item[] = [];
      const heap = new Heap<Item>((one, other) => one.key < other.key, tellPlace);
      for (const { kind, key, pick } of actions) {
        const picked = kind === 'take' ? heap.first : held[pick % (held.length || 1)];
        if (kind === 'add' || picked === undefined) {
          const item = { key, place: -1 };
          held.push(item);
          heap.add(item);
        } else if (kind === 'move') {
          picked.key = key;
          heap.reorder(picked.place);
        } else {
          heap.removeAt(picked.place);
          held.splice(held.indexOf(picked), 1);
        }
        const [least] = held.map((item) => item.key).sort((one, other) => one - other);
        assert.equal(heap.first?.key, least);
      }
    }),
    { numRuns: 300 },
  );
});

test('the address table is a map from addresses to slots', () => {
  const kind = fc.constantFrom('add', 'add', 'add', 'remove', 'reserve');
  const action = fc.record({ kind, one: fc.oneof(crowded, crowded, anyIPv4, anyIPv6) });
  fc.assert(
    fc.property(fc.integer(), fc.array(action, { maxLength: 300 }), (seed, actions) => {
      const table = new AddressTable(seed);
      const model = new Map<string, number>();
      for (const { one } of actions.slice(0, 60)) model.set(one.text, table.add(one));
      for (const { kind, one } of actions) {
        if (kind === 'reserve') table.reserve(2 * table.size);
        else if (kind === 'add') {
          const slot = table.add(one);
          assert.equal(model.get(one.text) ?? slot, slot, 'an address keeps its slot');
          model.set(one.text, slot);
        } else {
          table.remove(one);
          model.delete(one.text);
        }
      }
      assert.equal(table.size, model.size);
      assert.deepEqual(new Set(table.slots()), new Set(model.values()));
      for (const [text, slot] of model) {
        assert.equal(table.find(address(text)), slot);
        assert.deepEqual(table.addressAt(slot), address(text));
      }
      for (const { one } of actions) assert.equal(table.find(one), model.get(one.text));
    }),
    { numRuns: 200 },
  );
});

test('offenders come back as they were remembered, until the full hour after their bans has passed', () => {
  const offender = fc.record(
    {
      jail: fc.constant('sshd'),
      address: crowded,
      count: fc.integer({ min: 1, max: 9 }),
      bannedAt: fc.nat(5 * HOUR),
      bantime: fc.oneof(fc.nat(5 * HOUR), fc.constant(FOREVER)),
      totalBantime: fc.oneof(fc.nat(1e15), fc.constant(FOREVER)),
    },
    { noNullPrototype: true },
  );
  fc.assert(
    fc.property(
      fc.array(offender, { maxLength: 60 }),
      fc.oneof(
        fc.nat(10 * HOUR),
        fc.nat(10).map((hours) => hours * HOUR),
      ),
      (all, end) => {
        const subject = new Offenders('sshd', 1);
        const model = new Map<string, Offender>();
        for (const one of all) {
          subject.set(one);
          model.set(one.address.text, one);
        }
        assert.deepEqual(new Map([...subject].map((one) => [one.address.text, one])), model);
        const isEnded = ({ bannedAt, bantime }: Offender): boolean =>
          Math.ceil((bannedAt + bantime) / HOUR) * HOUR <= end;
        const ended = [...model.values()].filter(isEnded).map((one) => one.address.text);
        assert.deepEqual(new Set(subject.takeEnded(end).map(({ text }) => text)), new Set(ended));
        assert.deepEqual(subject.takeEnded(end), []);
        assert.equal(subject.size, model.size - ended.length);
        for (const text of ended) assert.equal(subject.countOf(address(text)), 0);
      },
    ),
    { numRuns: 200 },
  );
});

test('offenders that end are taken in portions, none twice and none forgotten, whatever comes in between', () => {
  const offender = fc.record({ address: crowded, bannedAt: fc.nat(5 * HOUR), bantime: fc.nat(5 * HOUR) });
  const step = fc.record({ comes: fc.array(offender, { maxLength: 4 }), later: fc.nat(HOUR), limit: fc.nat(5) });
  fc.assert(
    fc.property(fc.array(offender, { maxLength: 40 }), fc.array(step, { maxLength: 20 }), (all, steps) => {
      const subject = new Offenders('sshd', 1);
      const model = new Map<string, number>();
      const remember = (one: typeof all): void => {
        for (const { address, bannedAt, bantime } of one) {
          subject.set({ jail: 'sshd', address, count: 1, bannedAt, bantime, totalBantime: bantime });
          model.set(address.text, Math.ceil((bannedAt + bantime) / HOUR) * HOUR);
        }
      };
      remember(all);
      let now = 0;
      for (const { comes, later, limit } of steps) {
        now += later;
        remember(comes);
        const due = [...model.values()].filter((end) => end <= now).length;
        const taken = subject.takeEnded(now, limit);
        assert.equal(taken.length, Math.min(due, limit));
        for (const { text } of taken) {
          assert.ok((model.get(text) ?? FOREVER) <= now);
          model.delete(text);
        }
        assert.equal(subject.size, model.size);
      }
      assert.deepEqual(subject.takeEnded(20 * HOUR, -1), []);
      assert.deepEqual(new Set(subject.takeEnded(20 * HOUR).map(({ text }) => text)), new Set(model.keys()));
    }),
    { numRuns: 300 },
  );
});

test('the roster finds bans by address, by the prefix around it, and by their ends', () => {
  const ban = fc.record(
    {
      jail: fc.constantFrom('sshd', 'smtp'),
      address: crowded,
      since: fc.constant(0),
      until: fc.oneof(fc.nat(100), fc.constant(FOREVER)),
      disposition: fc.constant('drop' as const),
      ports: fc.constant([]),
      origin: fc.constant('jail' as const),
      count: fc.constant(1),
      failures: fc.nat(9),
      evidence: fc.array(fc.string(), { maxLength: 3 }),
    },
    { noNullPrototype: true },
  );
  fc.assert(
    fc.property(
      fc.array(ban, { maxLength: 40 }),
      fc.array(crowded, { maxLength: 5 }),
      fc.nat(120),
      (all, asked, end) => {
        const roster = new Roster(7);
        const model = new Map<string, Ban>();
        for (const one of all) {
          roster.add(one);
          model.set(`${one.jail} ${one.address.text}`, one);
        }
        const inForce = (): Ban[] => [...model.values()];
        for (const one of asked) {
          const around = inForce().filter((held) => held.jail === 'sshd' && covers(held.address, one));
          const narrowest = around.sort((a, b) => b.address.length - a.address.length)[0];
          assert.equal(roster.covering('sshd', one)?.text, narrowest?.address.text);
          const near = inForce().filter((held) => overlaps(held.address, one));
          assert.deepEqual(new Set(roster.overlapping(one, undefined)), new Set(near));
          const after = { jail: 'smtp', address: one };
          const following = inForce().filter((held) => compareBans(held, after) > 0);
          assert.deepEqual([...roster.inOrder({ after })], following.sort(compareBans));
          roster.remove({ jail: 'smtp', address: one });
          model.delete(`smtp ${one.text}`);
        }
        const ends = inForce()
          .map(({ until }) => until)
          .filter((until) => until !== FOREVER);
        assert.equal(roster.nextEnd, ends.length === 0 ? undefined : Math.min(...ends));
        const ended = roster.takeEnded(end);
        assert.deepEqual(new Set(ended), new Set(inForce().filter(({ until }) => until <= end)));
        assert.deepEqual(
          ended.map(({ until }) => until),
          ended.map(({ until }) => until).sort((a, b) => a - b),
        );
        assert.deepEqual(new Set(roster), new Set(inForce().filter(({ until }) => until > end)));
        assert.equal(roster.sizeOf('sshd'), [...roster.of('sshd')].length);
      },
    ),
    { numRuns: 300 },
  );
});

test('a sorted list is what sorting makes of all that came and stayed', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(3000), { maxLength: 2000 }),
      fc.array(fc.nat(3000)),
      fc.nat(3000),
      (come, go, start) => {
        const early = new Set(come.slice(0, 100));
        const list = new SortedList<number>((one, other) => one - other, early);
        const model = new Set(early);
        for (const item of come.slice(100)) {
          if (!model.has(item)) list.add(item);
          model.add(item);
        }
        for (const item of [...go, ...come.slice(0, go.length * 20)]) {
          list.remove(item);
          model.delete(item);
        }
        const expected = [...model].sort((one, other) => one - other).filter((item) => item > start);
        assert.deepEqual([...list.from((item) => item > start)], expected);
      },
    ),
    { numRuns: 300 },
  );
});

test('packed cursors come back as they were', () => {
  const id = fc.stringMatching(/^[0-9a-f]{32}$/);
  const number = fc.stringMatching(/^[0-9a-f]{1,16}$/);
  const few = fc.constantFrom('0'.repeat(32), 'f'.repeat(32), '0639a1d5a4c14b6d9f2f9f8ad2ad6a21');
  const cursor = fc
    .tuple(fc.oneof(id, few), number, fc.oneof(id, few), number, number, number)
    .map(([s, i, b, m, t, x]) => `s=${s};i=${i};b=${b};m=${m};t=${t};x=${x}`);
  const maimed = fc.tuple(cursor, fc.nat(140), fc.constantFrom('', ';', 'g', 'A', '0')).map(([whole, at, instead]) => {
    return whole.slice(0, at) + instead + whole.slice(at + 1);
  });
  const odd = fc.oneof(maimed, fc.string(), fc.constantFrom('', '\n', '0;1;2;3;4', 's=1;i=2;b=3;m=4;t=5;x=6'));
  fc.assert(
    fc.property(fc.array(fc.array(fc.oneof({ weight: 9, arbitrary: cursor }, odd), { maxLength: 6 })), (lists) => {
      const book = new CursorPacker();
      const packed = lists.map((list) => book.pack(list));
      const asStored = lists.map((list) => {
        const json = Buffer.from(`[0,${JSON.stringify(list)}]`);
        const unread = new UnreadTexts(json, 3, json.length - 1);
        return book.pack(unread);
      });
      assert.deepEqual(asStored, packed);
      assert.deepEqual(
        packed.map((one) => book.unpack(one)),
        lists,
      );
    }),
  );
  assert.equal(typeof new CursorPacker().pack([`s=${'a'.repeat(32)};i=1;b=${'b'.repeat(32)};m=2;t=3;x=4`]), 'string');
});

test('more cursors than a call takes arguments are packed too', () => {
  const cursors = Array.from(
    { length: 20_000 },
    (_, n) => `s=${'a'.repeat(32)};i=${n};b=${'b'.repeat(32)};m=2;t=3;x=4`,
  );
  const book = new CursorPacker();
  assert.deepEqual(book.unpack(book.pack(cursors)), cursors);
});
