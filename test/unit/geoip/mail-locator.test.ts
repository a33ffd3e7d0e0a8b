/** Databases for mails: as they are at each mail, and told of once when they are wrong. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { mailLocator } from '../../../src/bin/mail-locator.js';
import { configPlaces } from '../../../src/bin/places.js';
import { anAddress } from '../../fakes/values.js';
import { encodeMmdb, encodeValue } from '../../support/mmdb.js';

test('each mail sees the databases of that moment, and what is wrong with them is told once', async (t) => {
  const path = mkdtempSync(join(tmpdir(), 'f2b-geoip-'));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  const [etc, folder] = [join(path, 'etc'), join(path, 'databases')];
  for (const one of [etc, folder]) mkdirSync(one);
  const told: string[] = [];
  const locator = mailLocator(configPlaces(etc), ({ message }) => told.push(message), []);
  const countryOf = async () => (await locator())(anAddress('192.0.2.1')).country;
  const database = join(folder, 'country.mmdb');
  const put = (code: string) => {
    const record = encodeValue({ country: { iso_code: code } });
    writeFileSync(database, encodeMmdb([[anAddress('192.0.2.0/24'), record]], { type: 'Country' }));
  };
  assert.equal(await countryOf(), undefined);
  writeFileSync(join(etc, 'f2bd.conf'), `[Agent]\nGeoIPDirectory=${folder}\n`);
  put('DE');
  assert.equal(await countryOf(), 'DE');
  put('FR');
  assert.equal(await countryOf(), 'FR');
  assert.deepEqual(told, []);
  writeFileSync(database, 'damaged');
  for (let mail = 0; mail < 3; mail += 1) assert.equal(await countryOf(), undefined);
  assert.equal(told.length, 1, told.join('\n'));
  truncateSync(database, 200_000_000);
  assert.equal(await countryOf(), undefined);
  assert.match(told[1] ?? '', /country\.mmdb: it has more than 100000000 bytes/);
});
