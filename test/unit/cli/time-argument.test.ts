import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseTime } from '../../../src/cli/time-argument.js';
import { MICROS_PER_SECOND } from '../../../src/core/time.js';
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
yesterday UTC             2026-04-30T00:00:00.000Z
@1777000000               2026-04-24T03:06:40.000Z
@1777000000.5             2026-04-24T03:06:40.500Z
`;

const now = NOON - 2 * 3_600 * MICROS_PER_SECOND;

for (const line of meanings.trim().split('\n')) {
  const [, text = '', expected = ''] = /^(.*?) +(\S+)$/.exec(line) ?? [];
  test(`"${text}" is the time that journalctl takes it for`, () => {
    const at = parseTime(text, now, 'Europe/Berlin');
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
  ];
  for (const text of wrong) assert.equal(parseTime(text, now, 'UTC'), undefined, text);
});
