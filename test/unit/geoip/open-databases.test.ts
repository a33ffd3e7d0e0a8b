/** Which files of a folder are taken, and that whatever else lies there is told and waits for nobody. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { hasDatabases } from '../../../src/geoip/folders.js';
import { openDatabases } from '../../../src/geoip/open-databases.js';
import { anAddress } from '../../fakes/values.js';
import { encodeMmdb, encodeValue, type MmdbValue } from '../../support/mmdb.js';

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'f2b-geoip-'));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

function database(type: string, record: MmdbValue): Buffer {
  return encodeMmdb([[anAddress('192.0.2.0/24'), encodeValue(record)]], { type, ipVersion: 4 });
}

test('the databases of countries and of network owners are found by what they call themselves', (t) => {
  const [first, second] = [folder(t), folder(t)];
  writeFileSync(join(first, 'a-city.mmdb'), database('GeoLite2-City', { country: { iso_code: 'US' } }));
  writeFileSync(join(second, 'b.mmdb'), database('GeoLite2-Country', { country: { iso_code: 'DE' } }));
  writeFileSync(
    join(second, 'c.mmdb'),
    database('GeoLite2-ASN', { autonomous_system_number: 64_496, autonomous_system_organization: 'Example Net' }),
  );
  const located = (...folders: readonly string[]) => openDatabases(folders)?.locate(anAddress('192.0.2.1'));
  assert.deepEqual(located(first, second), { country: 'DE', owner: 'AS64496 Example Net' });
  assert.deepEqual(located(first), { country: 'US' });
  assert.deepEqual(openDatabases([second])?.locate(anAddress('203.0.113.1')), {});
});

test('flat databases of other makers are read too', (t) => {
  const path = folder(t);
  const record = { country_code: 'NL', asn: 'AS64500', as_name: 'Other Net' };
  writeFileSync(join(path, 'lite.mmdb'), database('ipinfo country_asn', record));
  assert.deepEqual(openDatabases([path])?.locate(anAddress('192.0.2.9')), {
    country: 'NL',
    owner: 'AS64500 Other Net',
  });
});

test('without files of that name there is nothing to open', (t) => {
  const path = folder(t);
  writeFileSync(join(path, 'GeoLiteCity.dat'), 'old');
  assert.equal(hasDatabases(path), false);
  assert.equal(openDatabases([path, join(path, 'nowhere')]), undefined);
});

test('what is no database is told with its path, waits for nobody, and leaves the others as they are', (t) => {
  const path = folder(t);
  const good = database('Country', { country: { iso_code: 'DE' } });
  execFileSync('mkfifo', [join(path, 'a-pipe.mmdb')]);
  mkdirSync(join(path, 'b-folder.mmdb'));
  symlinkSync('/dev/zero', join(path, 'c-device.mmdb'));
  symlinkSync(join(path, 'gone'), join(path, 'd-link.mmdb'));
  writeFileSync(join(path, 'e-empty.mmdb'), '');
  writeFileSync(join(path, 'f-cut.mmdb'), good.subarray(0, good.length - 40));
  writeFileSync(join(path, 'g-other.mmdb'), 'Hello'.repeat(1_000));
  writeFileSync(join(path, 'h-good.mmdb'), good);
  const geoip = openDatabases([path]);
  assert.deepEqual(geoip?.locate(anAddress('192.0.2.1')), { country: 'DE' });
  const told = geoip?.problems.map(({ message }) => message.replace(/^.*?: /, '').replace(`${path}/`, '')) ?? [];
  assert.deepEqual(
    told.map((text) => text.split(':')[0]),
    ['a-pipe', 'b-folder', 'c-device', 'd-link', 'e-empty', 'f-cut', 'g-other'].map((name) => `${name}.mmdb`),
  );
  assert.deepEqual(told.slice(0, 1), ['a-pipe.mmdb: it is no file']);
});
