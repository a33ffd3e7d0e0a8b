/** Times as people write them mean what systemd takes them for. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import fc from 'fast-check';
import { instant, isoInstant, preciseInstant, stamp } from '../../src/text/instant.js';
import { parseTime } from '../../src/text/parse-time.js';
import { localZone, namedZone, UTC } from '../../src/text/zone.js';
import '../support/seed.js';

const zones = ['UTC', 'CET-1CEST,M3.5.0,M10.5.0/3', 'EST5EDT,M3.2.0,M11.1.0', '<+0530>-5:30', '<-03>3'] as const;

/** What systemd reads, in µs; undefined for what it refuses. */
function systemdTime(text: string, TZ: string): number | undefined {
  const run = spawnSync('systemd-analyze', ['timestamp', text], { encoding: 'utf8', env: { ...process.env, TZ } });
  const seconds = /UNIX seconds: @(\d+)(?:\.(\d+))?/.exec(run.stdout);
  if (run.status !== 0 || seconds === null) return undefined;
  return Number(seconds[1]) * 1_000_000 + Number((seconds[2] ?? '').padEnd(6, '0'));
}

const two = (max: number) => fc.nat(max).map((n) => String(n).padStart(2, '0'));
// Days that a month does not have and the second 60 run over into what follows for systemd, and are refused here.
const dayOfMonth = fc.oneof(fc.integer({ min: 0, max: 28 }), fc.constant(32)).map(String);
const date = fc.tuple(fc.integer({ min: 1971, max: 2037 }), two(13), dayOfMonth).map((parts) => parts.join('-'));
const short = fc.tuple(two(99), fc.nat(12), dayOfMonth).map((parts) => parts.join('-'));
const minutes = fc.tuple(two(25), two(61)).map((parts) => parts.join(':'));
const seconds = fc.tuple(minutes, two(59)).map((parts) => parts.join(':'));
const fraction = fc.tuple(seconds, fc.nat(999_999)).map(([text, digits]) => `${text}.${digits}`);
const time = fc.oneof(minutes, seconds, fraction);
const day = fc.constantFrom('Mon ', 'tue ', 'Sunday ', 'Fri', '');
const text = fc.oneof(
  fc.tuple(date, time).map((parts) => parts.join(' ')),
  fc.tuple(day, date).map((parts) => parts.join('')),
  fc.tuple(short, time, fc.constantFrom('', ' UTC')).map(([first, second, zone]) => `${first} ${second}${zone}`),
  fc.tuple(time, fc.constantFrom('', ' UTC')).map((parts) => parts.join('')),
  fc.constantFrom('today', 'yesterday', 'tomorrow', 'today UTC', 'yesterday UTC', '@0', '@1395716396', '@1.5', '@', ''),
);

test('times of the calendar are understood as systemd-analyze understands them', (context) => {
  if (spawnSync('systemd-analyze', ['--version']).status !== 0) return context.skip('systemd-analyze is not installed');
  const seed = Number(process.env['F2B_SEED'] ?? 20261122);
  for (const [written, zone] of fc.sample(fc.tuple(text, fc.constantFrom(...zones)), { numRuns: 150, seed })) {
    const read = () => parseTime(written, Date.now() * 1_000, localZone(zone));
    const found = read();
    const expected = systemdTime(written, zone);
    // It may have become midnight between the two.
    if (found !== expected) assert.equal(read(), expected, `${JSON.stringify(written)} in ${zone}, seed ${seed}`);
  }
});

const names = ['UTC', 'Europe/Berlin', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'America/St_Johns', 'Africa/Monrovia'];
const anyZone = fc.oneof(
  fc.constantFrom(...names).map((name) => namedZone(name) ?? assert.fail(name)),
  fc.constantFrom(...zones, 'AAA1:02:03').map(localZone),
);
/** Around changes of clocks, of Berlin and of Lord Howe, and anywhere until 2100. */
const changes = ['2026-03-29T00:00Z', '2026-10-25T00:00Z', '2026-10-03T14:00Z'].map((text) => Date.parse(text) * 1_000);
const anyTime = fc.oneof(
  fc.integer({ min: 0, max: Date.UTC(2100, 0) * 1_000 }),
  fc.tuple(fc.constantFrom(...changes), fc.nat(10_800_000_000)).map(([change, after]) => change + after),
);

test('the calendar of what is printed is that of Date', () => {
  const day = 86_400_000;
  const check = (from: number, to: number, step: number) => {
    for (let at = Date.UTC(2000, 0) + from * day; at < Date.UTC(2000, 0) + to * day; at += step * day + 7_919_000) {
      const expected = new Date(at).toISOString();
      assert.equal(instant(at * 1_000, UTC), `${expected.slice(0, 10)} ${expected.slice(11, 19)} UTC`);
    }
  };
  // From the year 0 to the end of 9999, and each day from 1999 to 2101.
  check(-2_000 * 365.2425, 8_000 * 365.2425, 28);
  check(-365, 37_256, 0.95);
});

test('every time that is printed is read back as itself, by people’s form to the second', () => {
  fc.assert(
    fc.property(anyTime, anyZone, anyTime, (at, zone, now) => {
      assert.equal(parseTime(isoInstant(at, zone), now, zone), at);
      assert.equal(parseTime(preciseInstant(at, zone), now, zone), at);
      assert.equal(parseTime(instant(at, zone), now, zone), Math.floor(at / 1_000_000) * 1_000_000);
      const [earlier, later] = at < now ? [at, now] : [now, at];
      const read = parseTime(stamp(earlier, zone), later, zone) ?? assert.fail(stamp(earlier, zone));
      assert.equal(stamp(read, zone), stamp(earlier, zone));
      assert.ok(read <= later && read > earlier - 3_601_000_000, 'the last time that the clock showed it');
    }),
    { numRuns: 2_000 },
  );
});
