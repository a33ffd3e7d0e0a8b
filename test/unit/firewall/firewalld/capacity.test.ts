import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFirewalld } from '../../../../src/firewall/firewalld/firewalld.js';
import { FakeFirewalld } from '../../../fakes/firewalld.js';
import { FakeTable } from '../../../fakes/own-table.js';
import { banOf } from '../../../support/ban-of.js';
import { VirtualClock } from '../../../support/virtual-clock.js';

const SECOND = 1_000_000;

/** The package's sets of IPv4 addresses have room for eight times 999 with one of them kept free. */
const [MUCH, FIVE_SETS, ROOM, TOO_MUCH] = [5_600, 5 * 999, 8 * 999, 8_000];

const bans = (count: number, from = 0) =>
  Array.from({ length: count }, (_, index) => banOf(`10.0.${(from + index) >> 8}.${(from + index) & 255}`));

async function open(guard?: FakeTable) {
  const firewalld = new FakeFirewalld();
  firewalld.start();
  const clock = new VirtualClock();
  const announcements: string[] = [];
  const killer = { cut: async () => {}, problem: undefined };
  const announce = (text: string) => void announcements.push(text);
  const firewall = createFirewalld({ bus: firewalld, clock, killer, announce, ...(guard && { guard }) });
  await firewall.reconcile([]);
  return { firewall, firewalld, clock, announcements };
}

/** Lets all calls to firewalld be answered. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 500; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

test('more sets are made before they are needed, but not while people are banned', async () => {
  const { firewall, firewalld, clock, announcements } = await open();
  await firewall.ban(bans(MUCH));
  await clock.advance(6 * SECOND);
  await firewall.ban(bans(1, MUCH));
  await clock.advance(6 * SECOND);
  await settle();
  assert.deepEqual(announcements, []);
  await clock.advance(5 * SECOND);
  await settle();
  assert.deepEqual(announcements, ['firewalld is reloaded: 4 more ipsets are needed']);
  assert.equal(firewalld.kernel('f2b-drop-ipv4-').size, MUCH + 1);
  assert.deepEqual([firewall.status().state, firewall.status().pending], ['ready', 0]);
  await firewall.close();
});

test('what has no room at all is made room for as soon as no more come', async () => {
  const { firewall, firewalld, clock, announcements } = await open();
  const banned = firewall.ban(bans(TOO_MUCH));
  await settle();
  await clock.advance(0.5 * SECOND);
  await banned;
  await settle();
  assert.deepEqual(announcements, ['firewalld is reloaded: 9 more ipsets are needed']);
  assert.equal(firewalld.kernel('f2b-drop-ipv4-').size, TOO_MUCH);
  await firewall.close();
});

test('for thousands of bans that come one after the other sets are made once, and what has room goes in meanwhile', async () => {
  const { firewall, firewalld, clock, announcements } = await open();
  const banned: Promise<void>[] = [];
  for (let from = 0; from < 4 * FIVE_SETS; from += FIVE_SETS) {
    banned.push(firewall.ban(bans(FIVE_SETS, from)));
    await settle();
    await clock.advance(0.4 * SECOND);
  }
  assert.deepEqual(announcements, []);
  assert.equal(firewalld.kernel('f2b-drop-ipv4-').size, ROOM);
  assert.ok(!firewalld.calls.some((call) => call.startsWith('addEntry')), 'none is squeezed into a full set');
  await clock.advance(0.1 * SECOND);
  await Promise.all(banned);
  await settle();
  assert.deepEqual(announcements, ['firewalld is reloaded: 32 more ipsets are needed']);
  assert.equal(firewalld.kernel('f2b-drop-ipv4-').size, 4 * FIVE_SETS);
  await firewall.close();
});

test('what the guard holds waits for the sets, as the reload would take it out again', async () => {
  const guard = new FakeTable('f2b-guard');
  const { firewall, firewalld, clock, announcements } = await open(guard);
  await settle();
  const banned = firewall.ban(bans(TOO_MUCH));
  await clock.advance(0.4 * SECOND);
  await settle();
  assert.deepEqual([guard.all().length, firewalld.kernel('f2b-').size, announcements.length], [TOO_MUCH, 0, 0]);
  assert.deepEqual([firewall.status().held, firewall.status().pending], [0, TOO_MUCH]);
  await clock.advance(0.1 * SECOND);
  await banned;
  assert.equal(announcements.length, 1);
  assert.equal(firewalld.kernel('f2b-').size, TOO_MUCH);
  await firewall.close();
});

test('sets that are needed do not wait for the end of a stream of bans', async () => {
  const { firewall, clock, announcements } = await open();
  const banned = [firewall.ban(bans(TOO_MUCH))];
  for (let more = 0; more < 15; more += 1) {
    await clock.advance(0.4 * SECOND);
    banned.push(firewall.ban(bans(1, TOO_MUCH + more)));
    await settle();
  }
  assert.deepEqual(announcements, ['firewalld is reloaded: 9 more ipsets are needed']);
  await clock.advance(5 * SECOND);
  await Promise.all(banned);
  await firewall.close();
});

test('a clock that is set back keeps no ban waiting for its set', async () => {
  const { firewall, clock, announcements } = await open();
  const banned = firewall.ban(bans(TOO_MUCH));
  await settle();
  clock.set(-3_600 * SECOND);
  await clock.advance(0.5 * SECOND);
  await banned;
  assert.equal(announcements.length, 1);
  await firewall.close();
});

test('however many lists of ports have no sets, these are made at once', async () => {
  const { firewall, clock, announcements } = await open();
  const lists = Array.from({ length: 7 }, (_, index) => [`${1_000 + index}/tcp`]);
  const banned = firewall.ban(
    lists.map((ports) => banOf('192.0.2.1', { jail: ports.join(), disposition: 'ports', ports })),
  );
  await settle();
  await clock.advance(0.5 * SECOND);
  await banned;
  assert.deepEqual(announcements, ['firewalld is reloaded: 24 more ipsets are needed']);
  await firewall.close();
});
