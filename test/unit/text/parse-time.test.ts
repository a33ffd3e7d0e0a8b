import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MICROS_PER_SECOND } from '../../../src/core/time.js';
import { instant } from '../../../src/text/instant.js';
import { parseTime } from '../../../src/text/parse-time.js';
import { localZone, namedZone } from '../../../src/text/zone.js';
import { NOON } from '../../fakes/values.js';

/** What `text` means at 2026-05-01 12:00:00 in Berlin's summer (10:00 UTC), written in UTC. */
const meanings = `
now                       2026-05-01T10:00:00.000Z
today                     2026-04-30T22:00:00.000Z
yesterday                 2026-04-29T22:00:00.000Z
tomorrow                  2026-05-01T22:00:00.000Z
-1h                       2026-05-01T09:00:00.000Z
- 90                      2026-05-01T09:58:30.000Z
+1h 30min                 2026-05-01T11:30:00.000Z
2 hours ago               2026-05-01T08:00:00.000Z
5min left                 2026-05-01T10:05:00.000Z
08:30                     2026-05-01T06:30:00.000Z
08:30:15                  2026-05-01T06:30:15.000Z
2026-01-31                2026-01-30T23:00:00.000Z
2026-01-31 12:00          2026-01-31T11:00:00.000Z
2026-01-31 12:00:07       2026-01-31T11:00:07.000Z
26-01-31                  2026-01-30T23:00:00.000Z
2026-01-31T12:00:00Z      2026-01-31T12:00:00.000Z
2026-01-31T12:00:00+05:00 2026-01-31T07:00:00.000Z
2026-01-31 12:00 UTC      2026-01-31T12:00:00.000Z
2026-01-31 12:00 Asia/Tokyo 2026-01-31T03:00:00.000Z
2026-11-22 10:00:00 Europe/Berlin 2026-11-22T09:00:00.000Z
2026-01-31 12:00:00.25    2026-01-31T11:00:00.250Z
2026-01-31 12:00 -0330    2026-01-31T15:30:00.000Z
2026-01-31T12:00          2026-01-31T11:00:00.000Z
2026-01-31 12:00:00 -00:44:30 2026-01-31T12:44:30.000Z
May 01 11:59:59           2026-05-01T09:59:59.000Z
May 01 12:00:01           2025-05-01T10:00:01.000Z
Feb 29 07:05:00           2024-02-29T06:05:00.000Z
sat 2026-01-31 12:00      2026-01-31T11:00:00.000Z
Saturday 2026-01-31       2026-01-30T23:00:00.000Z
2026-1-31 7:05            2026-01-31T06:05:00.000Z
99-12-31 UTC              1999-12-31T00:00:00.000Z
tomorrow Pacific/Auckland 2026-05-01T12:00:00.000Z
2026-03-29 02:30          2026-03-29T01:30:00.000Z
yesterday UTC             2026-04-30T00:00:00.000Z
@1777000000               2026-04-24T03:06:40.000Z
@1777000000.5             2026-04-24T03:06:40.500Z
`;

const zone = (name: string) => namedZone(name) ?? assert.fail(name);

const now = NOON - 2 * 3_600 * MICROS_PER_SECOND;

for (const line of meanings.trim().split('\n')) {
  const [, text = '', expected = ''] = /^(.*?) +(\S+)$/.exec(line) ?? [];
  test(`"${text}" is the time that journalctl takes it for`, () => {
    const at = parseTime(text, now, zone('Europe/Berlin'));
    assert.equal(at === undefined ? undefined : new Date(at / 1_000).toISOString(), expected);
  });
}

test('what is no time is refused', () => {
  const wrong = [
    '',
    'soon',
    '1h',
    '-',
    '-1h ago',
    'ago',
    '-infinity',
    '2026-13-01',
    '2026-02-30',
    '25:00',
    '@',
    '@x',
    '12:00 Nowhere/Town',
    'fri 2026-01-31',
    'Mai 01 12:00:00',
    'May 32 12:00:00',
    'May 01 12:00',
    '12:00 PM',
    '1969-12-31 23:59 UTC',
    '2026-01-31 12:00:00Z UTC',
    `${' '.repeat(90)}-${'1h '.repeat(90)}`,
  ];
  for (const text of wrong) assert.equal(parseTime(text, now, zone('UTC')), undefined, text);
});

test('a rule in TZ is honoured, summer time and all', () => {
  const berlin = localZone('CET-1CEST,M3.5.0,M10.5.0/3');
  const utc = (text: string) => new Date((parseTime(text, now, berlin) ?? Number.NaN) / 1_000).toISOString();
  assert.equal(utc('2026-01-31 12:00'), '2026-01-31T11:00:00.000Z');
  assert.equal(utc('2026-07-31 12:00'), '2026-07-31T10:00:00.000Z');
  assert.equal(utc('today'), '2026-04-30T22:00:00.000Z');
  assert.equal(instant(now, localZone(':CET-1CEST,M3.5.0,M10.5.0/3')), '2026-05-01 12:00:00 +02:00');
});
