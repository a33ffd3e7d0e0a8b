import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FOREVER, MICROS_PER_SECOND } from '../../../src/core/time.js';
import { type BanContext, carriedBans, type DatabaseRow } from '../../../src/import/bans.js';
import { listedBans } from '../../../src/import/listed-bans.js';
import { localZone } from '../../../src/text/zone.js';

/** s */
const NOW = 1_700_000_000;

const context: BanContext = {
  jails: new Map([
    ['sshd', 'ssh.service'],
    ['custom', undefined],
  ]),
  isWanted: (jail) => jail !== 'unasked',
  bantimeOf: () => 7_200 * MICROS_PER_SECOND,
  now: NOW * MICROS_PER_SECOND,
};

function row(given: DatabaseRow): DatabaseRow {
  return { jail: 'sshd', ip: '192.0.2.1', timeofban: NOW - 60, bantime: 600, bancount: 2, failures: 5, ...given };
}

/** Each ban in short: jail, address, seconds since and left, count, failures. */
function short(rows: readonly DatabaseRow[]): readonly string[] {
  const seconds = (at: number) => (at === FOREVER ? 'ever' : at / MICROS_PER_SECOND - NOW);
  return carriedBans(rows, context).bans.map(
    ({ jail, address, since, until, count, failures }) =>
      `${jail} ${address.text} ${seconds(since)} ${seconds(until)} ${count} ${failures}`,
  );
}

test('rows become bans of the jails here, with their times, counts and failures', () => {
  const cases: readonly (readonly [DatabaseRow, string])[] = [
    [row({}), 'ssh.service 192.0.2.1 -60 540 2 5'],
    [row({ bantime: -1 }), 'ssh.service 192.0.2.1 -60 ever 2 5'],
    [row({ bantime: 1e12 }), 'ssh.service 192.0.2.1 -60 ever 2 5'],
    [row({ bantime: -2 }), 'ssh.service 192.0.2.1 -60 7140 2 5'],
    [row({ bantime: undefined, bancount: undefined, failures: null }), 'ssh.service 192.0.2.1 -60 7140 1 0'],
    [row({ timeofban: NOW - 6_000 }), 'ssh.service 192.0.2.1 -6000 -5400 2 5'],
    [row({ timeofban: NOW + 100 }), 'ssh.service 192.0.2.1 0 700 2 5'],
    [row({ ip: '2001:DB8:0::1' }), 'ssh.service 2001:db8::1 -60 540 2 5'],
    [row({ ip: '192.0.2.0/24' }), 'ssh.service 192.0.2.0/24 -60 540 2 5'],
    [row({ jail: 'custom' }), 'manual 192.0.2.1 -60 540 2 5'],
  ];
  for (const [given, wanted] of cases) assert.deepEqual(short([given]), [wanted], JSON.stringify(given));
});

test('of several bans of an address the latest counts, with how many there were', () => {
  const times = [NOW - 900, NOW - 60, NOW - 5_000];
  const rows = times.map((timeofban) => row({ timeofban, bantime: undefined, bancount: undefined }));
  assert.deepEqual(short(rows), ['ssh.service 192.0.2.1 -60 7140 3 5']);
});

test('hostile rows bring nothing in and are counted', () => {
  const hostile: readonly DatabaseRow[] = [
    row({ ip: "'; DROP TABLE bans" }),
    row({ ip: 'root' }),
    row({ ip: null }),
    row({ ip: Buffer.from('192.0.2.1') }),
    row({ jail: '' }),
    row({ jail: 7 }),
    row({ timeofban: 'now' }),
    row({ timeofban: -1 }),
    row({ timeofban: 1e300 }),
    {},
  ];
  const { bans, notes } = carriedBans(hostile, context);
  assert.deepEqual(bans, []);
  assert.deepEqual(notes, ['10 rows without an address, jail or time: passed over']);
});

test('bans of jails that are off or not asked for, and of jails without one here, are told', () => {
  const { bans, notes } = carriedBans(
    ['old', 'custom', 'unasked'].map((jail) => row({ jail })),
    context,
  );
  assert.deepEqual(
    bans.map(({ jail, reason }) => [jail, reason]),
    [['manual', "carried over from fail2ban's jail custom"]],
  );
  assert.deepEqual(notes, [
    '[unasked] is left out: 1 row passed over',
    '[old] is not switched on in fail2ban: 1 row passed over',
    '[custom] has no jail here: 1 ban in force there: as bans by hand',
  ]);
});

test('whom a running fail2ban lists becomes a row, in its own time zone, and what is no such line is counted', () => {
  const printed = [
    '192.0.2.1 \t2023-11-14 23:11:20 + 600 = 2023-11-14 23:21:20',
    '2001:db8::/64 \t2023-11-14 23:12:20 + -1 = 9999-12-31 23:59:59',
    '192.0.2.9 \t2023-11-31 23:12:20 + 600 = 2023-12-01 23:22:20',
    '192.0.2.8 \u001b[2J',
  ];
  const rows = listedBans('sshd', `${printed.join('\n')}\n`, context.now, localZone('XYZ-1'));
  assert.deepEqual(short(rows), ['ssh.service 192.0.2.1 -120 480 1 0', 'ssh.service 2001:db8::/64 -60 ever 1 0']);
  assert.deepEqual(carriedBans(rows, context).notes, ['2 rows without an address, jail or time: passed over']);
  assert.deepEqual(listedBans('sshd', '\n', context.now, localZone('UTC0')), []);
});
