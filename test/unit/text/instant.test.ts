import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FOREVER } from '../../../src/core/time.js';
import { instant, isoInstant, stamp } from '../../../src/text/instant.js';
import { localZone, namedZone } from '../../../src/text/zone.js';

const table = `
UTC                          2026-05-01T12:00:00.000Z  2026-05-01 12:00:00 UTC        May 01 12:00:00
Europe/Berlin                2026-05-01T12:00:00.999Z  2026-05-01 14:00:00 +02:00     May 01 14:00:00
Europe/London                2026-12-31T23:59:59.000Z  2026-12-31 23:59:59 UTC        Dec 31 23:59:59
America/St_Johns             2026-01-01T00:00:00.000Z  2025-12-31 20:30:00 -03:30     Dec 31 20:30:00
Africa/Monrovia              1971-01-01T00:00:00.000Z  1970-12-31 23:15:30 -00:44:30  Dec 31 23:15:30
:CET-1CEST,M3.5.0,M10.5.0/3  2026-10-25T00:59:59.000Z  2026-10-25 02:59:59 +02:00     Oct 25 02:59:59
:CET-1CEST,M3.5.0,M10.5.0/3  2026-10-25T01:00:00.000Z  2026-10-25 02:00:00 +01:00     Oct 25 02:00:00
`;

for (const line of table.trim().split('\n')) {
  const [name = '', utc = '', long, short] = line.split(/ {2,}/);
  test(`${utc} is ${long} in ${name}`, () => {
    const zone = namedZone(name) ?? localZone(name);
    const at = Date.parse(utc) * 1_000;
    assert.equal(instant(at, zone), long);
    assert.equal(stamp(at, zone), short);
  });
}

test('programs get the whole instant, people read "never" for one that does not come', () => {
  const berlin = namedZone('Europe/Berlin') ?? assert.fail();
  assert.equal(isoInstant(1_777_636_800_000_000, berlin), '2026-05-01T14:00:00+02:00');
  assert.equal(isoInstant(1_777_636_800_000_001, berlin), '2026-05-01T14:00:00.000001+02:00');
  assert.equal(instant(FOREVER, berlin), 'never');
});
