/** Who is relied on to count, of members that offer to: those in line speak often, and are missed soon. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CountingLine } from '../../../../src/fleet/counting/counting-line.js';
import { countersOf } from '../../../../src/fleet/counting/partition.js';
import type { Member } from '../../../../src/fleet/deciding/change.js';
import { NOON } from '../../../fakes/values.js';

const MINUTE = 60_000_000;
const COUNTERS = 2;
const names = Array.from({ length: 400 }, (_, n) => `web${n}`);

/** They say that they tell of themselves each hour. */
function seen(at: number, hosts: readonly string[] = names): Member[] {
  const told = { version: '1', addresses: [], sequence: 1, applied: 0, behind: 0, interval: 60 * MINUTE };
  return hosts.map((host) => ({ host, ...told, seenAt: at }));
}

/** The first `count` in line of any partition. */
function lineOf(hosts: readonly string[], count: number): ReadonlySet<string> {
  return new Set(Array.from({ length: 8 }, (_, partition) => countersOf(partition, hosts, count)).flat());
}

const hostsOf = (members: readonly Member[]) => members.map(({ host }) => host);

test('those who count and the two behind them are in line, and nobody else', () => {
  const line = new CountingLine(COUNTERS);
  const counters = line.share(names, NOON);
  assert.deepEqual(new Set(counters.flat()), lineOf(names, COUNTERS));
  assert.deepEqual(new Set(names.filter((host) => line.has(host))), lineOf(names, COUNTERS + 2));
});

test('of those that say nothing only who is in line is missed within the quarter of an hour', () => {
  const line = new CountingLine(COUNTERS);
  line.share(names, NOON);
  assert.deepEqual(hostsOf(line.present(seen(NOON), NOON + 16 * MINUTE)), names);
  const present = hostsOf(line.present(seen(NOON), NOON + 17 * MINUTE));
  assert.deepEqual(
    present,
    names.filter((host) => !line.has(host)),
  );
});

test('who comes into line has a quarter of an hour for its first word there', () => {
  const line = new CountingLine(COUNTERS);
  line.share(names, NOON);
  const left = hostsOf(line.present(seen(NOON), NOON + 17 * MINUTE));
  line.share(left, NOON + 17 * MINUTE);
  assert.deepEqual(hostsOf(line.present(seen(NOON), NOON + 33 * MINUTE)), left);
  assert.equal(line.present(seen(NOON), NOON + 34 * MINUTE).length, left.length - lineOf(left, COUNTERS + 2).size);
});

test('who was missed is passed over though it is in line no longer, until it says something', () => {
  const line = new CountingLine(COUNTERS);
  line.share(names, NOON);
  const [gone = ''] = lineOf(names, COUNTERS + 2);
  const at = NOON + 17 * MINUTE;
  const others = seen(
    at,
    names.filter((host) => host !== gone),
  );
  line.share(hostsOf(line.present([...others, ...seen(NOON, [gone])], at)), at);
  assert.equal(line.has(gone), false);
  assert.ok(!hostsOf(line.present([...others, ...seen(NOON, [gone])], at + MINUTE)).includes(gone));
  assert.ok(hostsOf(line.present([...others, ...seen(at, [gone])], at + MINUTE)).includes(gone));
});
