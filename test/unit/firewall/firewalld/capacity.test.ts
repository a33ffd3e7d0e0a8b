import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFirewalld } from '../../../../src/firewall/firewalld/firewalld.js';
import { FakeFirewalld } from '../../../fakes/firewalld.js';
import { banOf } from '../../../support/ban-of.js';
import { VirtualClock } from '../../../support/virtual-clock.js';

const SECOND = 1_000_000;

/** The package's sets of IPv4 addresses have room for eight times 999 with one of them kept free. */
const [MUCH, TOO_MUCH] = [5_600, 8_000];

const bans = (count: number, from = 0) =>
  Array.from({ length: count }, (_, index) => banOf(`10.0.${(from + index) >> 8}.${(from + index) & 255}`));

async function open() {
  const firewalld = new FakeFirewalld();
  firewalld.start();
  const clock = new VirtualClock();
  const announcements: string[] = [];
  const killer = { cut: async () => {}, problem: undefined };
  const announce = (text: string) => void announcements.push(text);
  const firewall = createFirewalld({ bus: firewalld, clock, killer, announce });
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

test('what has no room at all is made room for at once', async () => {
  const { firewall, firewalld, announcements } = await open();
  await firewall.ban(bans(TOO_MUCH));
  assert.deepEqual(announcements, ['firewalld is reloaded: 9 more ipsets are needed']);
  assert.equal(firewalld.kernel('f2b-drop-ipv4-').size, TOO_MUCH);
  await firewall.close();
});
