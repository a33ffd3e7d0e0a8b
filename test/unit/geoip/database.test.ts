/** MaxMind DB files are read as the library of others reads them, and damaged or hostile ones end soon, with a message. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type CityResponse, Reader } from 'mmdb-lib';
import { networkOf } from '../../../src/core/address/address.js';
import { Malformed } from '../../../src/geoip/data-reader.js';
import { Database } from '../../../src/geoip/database.js';
import { anAddress } from '../../fakes/values.js';
import { encodeMetadata, encodeMmdb, encodeValue } from '../../support/mmdb.js';
import '../../support/seed.js';

const NAME = ['a', 'name'];

function nameOf(database: Database, text: string): string | number | undefined {
  const record = database.recordOf(anAddress(text));
  return record === undefined ? undefined : database.value(record, NAME);
}

/** Of what the library read, which may be anything. */
function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined;
}

const recordSize = fc.constantFrom(24, 28, 32);
const ipv4 = fc
  .tuple(fc.ipV4(), fc.integer({ min: 1, max: 32 }))
  .map(([text, length]) => networkOf(anAddress(text), length));
const ipv6 = fc
  .tuple(
    fc.ipV6().filter((text) => /^[2-9a-f]\w{3}:/i.test(text)),
    fc.integer({ min: 1, max: 128 }),
  )
  .map(([text, length]) => networkOf(anAddress(text), length));

test('any tree is read as mmdb-lib reads it', () => {
  const property = fc.property(
    fc.array(fc.oneof(ipv4, ipv6), { minLength: 1, maxLength: 20 }),
    recordSize,
    fc.array(fc.oneof(fc.ipV4(), fc.ipV6()), { maxLength: 20 }),
    (prefixes, size, others) => {
      const entries = prefixes.map((prefix, index) => {
        const more = { list: [1, 'two', { three: 3 }], flag: true, long: 'x'.repeat(20 * index) };
        return [prefix, encodeValue({ before: more, a: { other: 0, name: `n${index}` } })] as const;
      });
      const file = encodeMmdb(entries, { recordSize: size });
      const [ours, theirs] = [new Database(file), new Reader<CityResponse>(file)];
      const asked = [...others, ...prefixes.map((prefix) => networkOf(prefix, 128).text.replace(/\/.*/, ''))];
      for (const text of asked) {
        if (anAddress(text).family === 4 && text.includes(':')) continue;
        const found: unknown = theirs.get(text);
        assert.equal(nameOf(ours, text), memberOf(memberOf(found, 'a'), 'name'), text);
      }
    },
  );
  fc.assert(property, { numRuns: 200 });
});

test('a prefix has a record when all of it has the same', () => {
  const record = encodeValue({ a: { name: 'net' } });
  const database = new Database(encodeMmdb([[anAddress('192.0.2.0/24'), record]], { ipVersion: 4 }));
  assert.equal(nameOf(database, '192.0.2.128/25'), 'net');
  assert.equal(nameOf(database, '192.0.2.0/24'), 'net');
  assert.equal(nameOf(database, '192.0.2.0/23'), undefined);
  assert.equal(nameOf(database, '0.0.0.0/0'), undefined);
  assert.equal(nameOf(database, '2001:db8::1'), undefined, 'a database of IPv4 knows no IPv6');
});

/** A pointer of two bytes, to an offset below 2048. */
const pointer = (offset: number) => Buffer.from([0x20 | (offset >> 8), offset & 255]);

test('keys and values may be told by pointers', () => {
  const shared = Buffer.concat([encodeValue('name'), encodeValue('net')]);
  // {a: {<pointer to 'name'>: <pointer to 'net'>}} behind the two texts.
  const start = shared.length;
  const record = Buffer.concat([encodeValue({ a: 'x' }).subarray(0, 3), Buffer.from([0xe1]), pointer(0), pointer(5)]);
  const file = encodeMmdb([[anAddress('192.0.2.0/24'), Buffer.concat([shared, record])]], { ipVersion: 4 });
  const database = new Database(file);
  const at = database.recordOf(anAddress('192.0.2.1'));
  assert.ok(at !== undefined);
  assert.equal(database.value(at + start, NAME), 'net');
});

/** Map after map whose members all lead to the next: a reader that follows them reads 28 to the power of 60. */
function bomb(): Buffer {
  const level = (index: number) => {
    const size = 1 + 28 * 4;
    const next = index === 59 ? 0 : (index + 1) * size;
    const key = encodeValue('k');
    return Buffer.concat([Buffer.from([0xfc]), ...Array.from({ length: 28 }, () => Buffer.concat([key, deep(next)]))]);
  };
  // Two bytes for the key, two for a pointer as far as it reaches.
  const deep = (offset: number) => pointer(offset % 2_048);
  return Buffer.concat(Array.from({ length: 60 }, (_, index) => level(index)));
}

const hostile: readonly (readonly [what: string, record: Buffer])[] = [
  ['pointers that unfold to more than any memory', bomb()],
  ['a pointer to itself', pointer(0)],
  ['a map that says it has sixteen million members', Buffer.from([0xff, 0xff, 0xff, 0xff])],
  [
    'a list of sixteen million pointers to itself',
    Buffer.concat([Buffer.from([0xe1, 0x41, 0x62, 0x1f, 0x04, 0xff, 0xff, 0xff]), pointer(4)]),
  ],
  ['a text that goes past the end', Buffer.from([0xe1, 0x41, 0x61, 0x5f, 0xff, 0xff, 0xff])],
  [
    'a pointer past the end',
    Buffer.concat([Buffer.from([0xe1, 0x41, 0x61]), Buffer.from([0x38, 0xff, 0xff, 0xff, 0xff])]),
  ],
];

for (const [what, record] of hostile) {
  test(`a record with ${what} has no name, and is found out at once`, () => {
    const database = new Database(encodeMmdb([[anAddress('192.0.2.0/24'), record]], { ipVersion: 4 }));
    try {
      assert.equal(nameOf(database, '192.0.2.1'), undefined);
    } catch (error) {
      assert.ok(error instanceof Malformed, String(error));
    }
  });
}

test('a file with any byte changed, or cut off anywhere, is read or refused, and never anything else', () => {
  const record = encodeValue({ before: [1, 'two', { three: 3 }], a: { name: 'net' } });
  const file = encodeMmdb(
    [
      [anAddress('192.0.2.0/24'), record],
      [anAddress('2001:db8::/32'), record],
    ],
    {},
  );
  const attempt = (bytes: Buffer) => {
    try {
      const database = new Database(bytes);
      for (const text of ['192.0.2.1', '2001:db8::1', '255.255.255.255', '::/0']) nameOf(database, text);
    } catch (error) {
      assert.ok(error instanceof Malformed, String(error));
    }
  };
  for (let length = 0; length < file.length; length += 1) attempt(file.subarray(0, length));
  const property = fc.property(
    fc.array(fc.tuple(fc.nat(file.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 }),
    (changes) => {
      const changed = Buffer.from(file);
      for (const [at, byte] of changes) changed[at] = byte;
      attempt(changed);
    },
  );
  fc.assert(property, { numRuns: 2_000 });
});

test('what is no database says so', () => {
  const wrong: readonly (readonly [Buffer, RegExp])[] = [
    [Buffer.from('Hello'), /it is no MaxMind DB/],
    [Buffer.concat([encodeMetadata(1, 'Test', 24, 4), Buffer.alloc(200_000)]), /it is no MaxMind DB/],
    [encodeMetadata(1_000_000, 'Test', 24, 4), /it is cut off/],
    [encodeMetadata(0, 'Test', 25, 4), /its tree is unknown/],
    [encodeMetadata(0, 'Test', 24, 5), /neither for IPv4 nor for IPv6/],
  ];
  for (const [bytes, message] of wrong) assert.throws(() => new Database(bytes), message);
});
