/** Which folders of databases count: the option's, those of the configuration, the usual ones. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { F2bError } from '../../../src/errors.js';
import { openGeoIp } from '../../../src/geoip/open-geoip.js';
import { anAddress } from '../../fakes/values.js';
import { encodeMmdb, encodeValue } from '../../support/mmdb.js';

/** A folder for each country, with a database that has everybody there, and one that is empty. */
function folders(t: TestContext) {
  const path = mkdtempSync(join(tmpdir(), 'f2b-geoip-'));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  const folderOf = (name: string) => {
    mkdirSync(join(path, name));
    return join(path, name);
  };
  const ofCountry = (code: string) => {
    const folder = folderOf(code);
    const record = encodeValue({ country: { iso_code: code } });
    writeFileSync(join(folder, 'c.mmdb'), encodeMmdb([[anAddress('192.0.2.0/24'), record]], { type: 'Country' }));
    return folder;
  };
  return { none: folderOf('none'), de: ofCountry('DE'), fr: ofCountry('FR'), nl: ofCountry('NL') };
}

test('the option outranks the configuration, which outranks the usual folders', async (t) => {
  const { none, de, fr, nl } = folders(t);
  const cases: readonly (readonly [string | undefined, readonly string[], string | undefined])[] = [
    [de, [fr], 'DE'],
    [undefined, [fr], 'FR'],
    [undefined, [none, fr], 'FR'],
    [undefined, [], 'NL'],
    [undefined, [none], undefined],
  ];
  for (const [asked, configured, country] of cases) {
    const geoip = await openGeoIp(asked, async () => configured, [nl]);
    assert.equal(geoip?.locate(anAddress('192.0.2.1')).country, country, `${asked}, ${configured}`);
  }
});

test('a configured folder without databases is told, the usual ones may have none, and the option ends with an error', async (t) => {
  const { none } = folders(t);
  const told = await openGeoIp(undefined, async () => [none], []);
  assert.deepEqual(
    told?.problems.map(({ code, message }) => [code, message.includes(none)]),
    [['GEOIP_UNUSABLE', true]],
  );
  assert.equal(await openGeoIp(undefined, async () => [], [none]), undefined);
  await assert.rejects(
    openGeoIp(none, async () => []),
    (error: unknown) => error instanceof F2bError && error.code === 'GEOIP_UNUSABLE',
  );
});
