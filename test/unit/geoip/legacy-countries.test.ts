/** Debian's geoip-database is read as libGeoIP reads it, and damaged or hostile files end soon, with a message. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { type Address, networkOf, overlaps } from '../../../src/core/address/address.js';
import { Malformed } from '../../../src/geoip/data-reader.js';
import { LegacyCountries } from '../../../src/geoip/legacy-countries.js';
import { openDatabases } from '../../../src/geoip/open-databases.js';
import { anAddress } from '../../fakes/values.js';
import { encodeLegacy } from '../../support/legacy-geoip.js';
import { encodeMmdb, encodeValue } from '../../support/mmdb.js';
import '../../support/seed.js';

/** Numbers of libGeoIP's. */
const [DE, US, NO, EUROPE, PROXY] = [56, 225, 162, 2, 244];

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'f2b-geoip-'));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

const prefixes = [
  ['192.0.2.0/24', DE],
  ['192.0.2.128/25', US],
  ['198.51.100.0/24', EUROPE],
  ['203.0.113.0/24', PROXY],
] as const;
const ipv4 = encodeLegacy(
  4,
  prefixes.map(([text, country]) => [anAddress(text), country]),
);
const ipv6 = encodeLegacy(6, [[anAddress('2001:db8::/32'), NO]]);

test('the country of an address is told, and of a prefix that is in one; what names no country is none', (t) => {
  const path = folder(t);
  writeFileSync(join(path, 'GeoIP.dat'), ipv4);
  writeFileSync(join(path, 'GeoIPv6.dat'), ipv6);
  const geoip = openDatabases([path]);
  const countryOf = (text: string) => geoip?.locate(anAddress(text)).country;
  for (const [text, country] of [
    ['192.0.2.1', 'DE'],
    ['192.0.2.200', 'US'],
    ['192.0.2.128/26', 'US'],
    ['192.0.2.0/24', undefined],
    ['198.51.100.1', undefined],
    ['203.0.113.1', undefined],
    ['10.0.0.1', undefined],
    ['2001:db8::1', 'NO'],
    ['2001:db9::1', undefined],
  ] as const)
    assert.equal(countryOf(text), country, text);
  assert.deepEqual(geoip?.problems, []);
});

test('a newer database comes first, and the older one is not read then', (t) => {
  const path = folder(t);
  writeFileSync(join(path, 'GeoIP.dat'), 'damaged');
  const record = encodeValue({ country: { iso_code: 'SE' } });
  const mmdb = encodeMmdb([[anAddress('192.0.2.0/24'), record]], { type: 'Country', ipVersion: 4 });
  writeFileSync(join(path, 'a.mmdb'), mmdb);
  const geoip = openDatabases([path]);
  assert.deepEqual(geoip?.locate(anAddress('192.0.2.1')), { country: 'SE' });
  assert.deepEqual(geoip?.problems, []);
});

test('what is no such database is told with its path, and waits for nobody', (t) => {
  const path = folder(t);
  const file = join(path, 'GeoIP.dat');
  const problemsOf = () => openDatabases([path])?.problems.map(({ message }) => message) ?? [];
  for (const bytes of [Buffer.from('old'), Buffer.alloc(0), ipv6, ipv4.subarray(0, -1)]) {
    writeFileSync(file, bytes);
    assert.match(problemsOf().join(), /GeoIP\.dat: it is no database of countries$/);
  }
  rmSync(file);
  execFileSync('mkfifo', [file]);
  assert.match(problemsOf().join(), /GeoIP\.dat: it is no file$/);
});

const address = fc.oneof(fc.ipV4(), fc.ipV6()).map(anAddress);
const ofFour = fc
  .tuple(fc.ipV4(), fc.integer({ min: 1, max: 32 }), fc.integer({ min: 0, max: 255 }))
  .map(([text, length, country]) => [networkOf(anAddress(text), length), country] as const);

test('any tree is read as it was written: the narrowest prefix around an address counts', () => {
  const property = fc.property(fc.array(ofFour, { maxLength: 20 }), fc.ipV4(), (given, text) => {
    const countries = given.toSorted(([one], [other]) => one.length - other.length);
    const asked = [anAddress(text), ...countries.map(([prefix]) => anAddress(prefix.text.replace(/\/.*/, '')))];
    const database = new LegacyCountries({ 4: encodeLegacy(4, countries), 6: undefined });
    for (const one of asked) {
      const expected = countries.findLast(([prefix]) => overlaps(prefix, one))?.[1] ?? 0;
      assert.equal(database.recordOf(one), expected);
    }
  });
  fc.assert(property);
});

/** The country of an address in a file of its family, or that the file is malformed. */
function told(file: Buffer, one: Address): string {
  try {
    const database = new LegacyCountries({ 4: undefined, 6: undefined, [one.family]: file });
    const record = database.recordOf(one);
    return record === undefined ? '' : (database.value(record, ['country_code']) ?? '');
  } catch (error) {
    if (error instanceof Malformed) return 'malformed';
    throw error;
  }
}

test('a file with any bytes, or cut off anywhere, tells a country, none, or that it is malformed', () => {
  const property = fc.property(fc.uint8Array({ maxLength: 200 }), address, fc.nat(), (bytes, one, cut) => {
    const whole = Buffer.concat([bytes, Buffer.from([255, 255, 255, one.family === 4 ? 1 : 12])]);
    for (const file of [whole, whole.subarray(0, cut % whole.length)])
      assert.match(told(file, one), /^(?:[A-Z]{2}|--|malformed|)$/);
  });
  fc.assert(property);
});
