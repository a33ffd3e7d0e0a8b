/** Countries and network owners, from databases as an administrator has them: where they are shown, and that nothing is without. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Database } from '../../../src/geoip/database.js';
import { createGeoIp, type GeoIp } from '../../../src/geoip/geoip.js';
import { FakeScreen } from '../../fakes/screen.js';
import { aBan, anAddress, NOON } from '../../fakes/values.js';
import { encodeMmdb, encodeValue } from '../../support/mmdb.js';
import { aWorld, block, run, type World } from './run.js';
import { live } from './top-lab.js';

const HOSTILE = 'Evil\u001b[2J\u202eNet';

function databases(): GeoIp {
  const country = (code: string) => encodeValue({ country: { iso_code: code, names: { en: 'Somewhere' } } });
  const owner = (number: number, name: string) =>
    encodeValue({ autonomous_system_number: number, autonomous_system_organization: name });
  const countries = encodeMmdb(
    [
      [anAddress('192.0.2.0/24'), country('DE')],
      [anAddress('2001:db8::/32'), country('FR')],
      [anAddress('198.51.100.0/24'), country('\u001b[2J')],
    ],
    { type: 'GeoLite2-Country' },
  );
  const owners = encodeMmdb(
    [
      [anAddress('192.0.2.0/25'), owner(64_496, 'Example Net')],
      [anAddress('2001:db8:1::/48'), owner(64_497, HOSTILE)],
    ],
    { type: 'GeoLite2-ASN', recordSize: 24 },
  );
  return createGeoIp(
    {
      countries: { path: 'country.mmdb', database: new Database(countries) },
      owners: { path: 'asn.mmdb', database: new Database(owners) },
    },
    [],
  );
}

function banned(geoip: GeoIp | undefined = databases()): World {
  const world = aWorld();
  world.geoip = geoip;
  for (const text of ['192.0.2.1', '2001:db8:1:2::/64', '198.51.100.7', '192.0.2.200']) {
    world.agent.held.push({ ban: aBan({ address: anAddress(text) }), state: 'enforced' });
    const fields = { F2B_EVENT: 'ban', F2B_JAIL: 'ssh.service', F2B_ADDRESS: text, MESSAGE: `${text} is banned` };
    world.journal.append({ receivedAt: NOON, line: `host f2bd[7]: ${text} is banned`, fields });
  }
  return world;
}

test('bans have a column for the country and one for the network owner, which go first on a narrow terminal', async () => {
  const world = banned();
  world.agent.held.splice(2);
  const { output, errors } = await run(world, ['bans']);
  assert.equal(errors, '');
  assert.equal(
    output,
    block(`
      ADDRESS            JAIL         STATE     SINCE                    UNTIL                    LEFT  BANS  COUNTRY  NETWORK OWNER
      192.0.2.1          ssh.service  enforced  2026-05-01 12:00:00 UTC  2026-05-01 12:10:00 UTC  8min     1  DE       AS64496 Example Net
      2001:db8:1:2::/64  ssh.service  enforced  2026-05-01 12:00:00 UTC  2026-05-01 12:10:00 UTC  8min     1  FR       AS64497 Evil\\u001b[2J\\u202eNet

      2 bans.
      `),
  );
  Object.assign(world, { terminal: true, environment: { NO_COLOR: '1' } });
  const headings = async (columns: number) => {
    world.columns = columns;
    return (await run(world, ['bans'])).output.split('\n')[0];
  };
  assert.match((await headings(120)) ?? '', /SINCE +UNTIL +LEFT +BANS +COUNTRY$/);
  assert.match((await headings(107)) ?? '', /SINCE +UNTIL +LEFT +BANS$/);
});

test('without databases nothing is different', async () => {
  const world = banned(undefined);
  world.geoip = undefined;
  const { output } = await run(world, ['bans']);
  assert.doesNotMatch(output, /COUNTRY|OWNER/);
  assert.doesNotMatch((await run(world, ['log'])).output, /\[DE/);
  assert.doesNotMatch((await run(world, ['why', '192.0.2.1'])).output, /country/);
  const [ban] = JSON.parse((await run(world, ['bans', '--json'])).output);
  assert.ok(!('country' in ban) && !('owner' in ban));
  assert.ok(!('countries' in JSON.parse((await run(world, ['report', '--json'])).output)));
});

test('programs are told both of bans and of an address', async () => {
  const world = banned();
  const placed = { country: 'DE', owner: 'AS64496 Example Net' };
  const found = JSON.parse((await run(world, ['search', '192.0.2.1', '--json'])).output);
  assert.deepEqual([found[0].country, found[0].owner], [placed.country, placed.owner]);
  const told = JSON.parse((await run(world, ['why', '192.0.2.1', '--json'])).output);
  assert.deepEqual([told.country, told.owner], [placed.country, placed.owner]);
  const unknown = JSON.parse((await run(world, ['search', '198.51.100.7', '--json'])).output);
  assert.ok(!('country' in unknown[0]), 'what is no code of a country is none');
});

test('why says where an address is, as far as it is known', async () => {
  const world = banned();
  const told = async (text: string) => (await run(world, ['why', text])).output;
  assert.match(await told('192.0.2.1'), /^192\.0\.2\.1: country DE, network of AS64496 Example Net\.$/m);
  assert.match(await told('192.0.2.200'), /^192\.0\.2\.200: country DE\.$/m);
  assert.match(await told('2001:db8:1::5'), /network of AS64497 Evil\\u001b\[2J\\u202eNet\.$/m);
  assert.doesNotMatch(await told('203.0.113.1'), /country|network of/);
});

test('a report ranks countries and network owners, in the terminal, in its page and for programs', async () => {
  const world = banned();
  const { output } = await run(world, ['report']);
  assert.match(output, /^COUNTRY +BANS\nDE +2 +█+\nFR +1 /m);
  assert.match(output, /^NETWORK OWNER +BANS\nAS64496 Example Net +1 /m);
  const { countries, owners } = JSON.parse((await run(world, ['report', '--json'])).output);
  assert.deepEqual(countries, [
    { name: 'DE', count: 2 },
    { name: 'FR', count: 1 },
  ]);
  assert.equal(owners.length, 2);
  await run(world, ['report', '--html', '/tmp/report.html']);
  assert.match(world.files.get('/tmp/report.html') ?? '', /<h2>Countries<\/h2>.*<th scope="row">DE<\/th>/s);
});

test('log adds both behind its lines for people, and leaves the entries of the journal to programs', async () => {
  const world = banned();
  assert.match((await run(world, ['log'])).output, /192\.0\.2\.1 is banned \[DE, AS64496 Example Net\]$/m);
  for (const format of ['json', 'export', 'cat', 'verbose']) {
    assert.doesNotMatch((await run(world, ['log', '-o', format])).output, /Example Net/, format);
  }
});

test('top shows both in its lists, and a filter finds them', async () => {
  const world = banned();
  const screen = new FakeScreen();
  screen.size = { columns: 140, rows: 24 };
  world.screen = screen;
  const { ended } = await live(world);
  assert.match(screen.text, /^. +192\.0\.2\.1 .* DE +AS64496 Example Net$/m);
  screen.press('3', '/', ...'fr,', 'enter');
  assert.match(screen.text, /^> 2001:db8:1:2::\/64 +5 +FR +AS64497 Evil\\u001b/m);
  screen.press('q');
  assert.equal((await ended).status, 0);
});

test('a database that proves damaged is told once, and the bans are listed all the same', async () => {
  const damaged = encodeMmdb([[anAddress('192.0.2.0/24'), Buffer.from([0x20, 0])]], { type: 'GeoLite2-Country' });
  const countries = { path: '/var/lib/GeoIP/c.mmdb', database: new Database(damaged) };
  const { status, output, errors } = await run(banned(createGeoIp({ countries }, [])), ['bans']);
  assert.equal(status, 0);
  assert.match(output, /^4 bans\.$/m);
  assert.equal(
    errors,
    block(`
      f2bctl: a database of countries and network owners cannot be used: /var/lib/GeoIP/c.mmdb: a pointer leads to another
      hint: fetch it anew (geoipupdate), or take it away; everything else works without it
      `),
  );
});
