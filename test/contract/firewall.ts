/** What every Firewall has to do. `check` looks at the real thing, not at what the adapter says of itself. */

import assert from 'node:assert/strict';
import type { Firewall } from '../../src/ports/firewall.js';
import { banOf } from '../support/ban-of.js';

/** A firewall under test, and a look at what it really holds: entries, sorted. */
export interface FirewallUnderTest {
  readonly firewall: Firewall;
  held(): Promise<readonly string[]> | readonly string[];
}

type Case = readonly [name: string, body: (under: FirewallUnderTest) => Promise<void>];

const ONE = banOf('192.0.2.66');
const SIX = banOf('2001:db8::66');

/** Each case starts with a firewall that holds nothing and was told so by `reconcile([])`. */
export const firewallCases: readonly Case[] = [
  [
    'a ban is in the firewall when its promise resolves, and gone when that of the unban does',
    async ({ firewall, held }) => {
      await firewall.ban([ONE, SIX]);
      assert.deepEqual(await held(), ['192.0.2.66', '2001:db8::66']);
      assert.ok(firewall.holds(ONE) && firewall.holds(SIX));
      assert.ok(firewall.enforcedBy(ONE).every((place) => place.includes('drop')));
      await firewall.unban([ONE]);
      assert.deepEqual(await held(), ['2001:db8::66']);
      assert.ok(!firewall.holds(ONE) && firewall.holds(SIX));
      assert.deepEqual(firewall.enforcedBy(ONE), []);
    },
  ],
  [
    'while its zones have the same sources they are the same list, from which nothing is made anew',
    async ({ firewall }) => {
      assert.strictEqual(firewall.zoneSources(), firewall.zoneSources());
    },
  ],
  [
    'banning and unbanning twice is the same as once',
    async ({ firewall, held }) => {
      await firewall.ban([ONE]);
      await firewall.ban([ONE]);
      assert.deepEqual(await held(), ['192.0.2.66']);
      await firewall.unban([ONE]);
      await firewall.unban([ONE]);
      assert.deepEqual(await held(), []);
    },
  ],
  [
    'an address that two jails ban stays until the second lets it go',
    async ({ firewall, held }) => {
      const other = banOf('192.0.2.66', { jail: 'web' });
      await firewall.ban([ONE, other]);
      await firewall.unban([ONE]);
      assert.deepEqual(await held(), ['192.0.2.66']);
      assert.ok(firewall.holds(other) && !firewall.holds(ONE));
      await firewall.unban([other]);
      assert.deepEqual(await held(), []);
    },
  ],
  [
    'a prefix takes in the prefixes within it, and gives them back when it goes',
    async ({ firewall, held }) => {
      const inner = banOf('198.51.100.64/26');
      const outer = banOf('198.51.100.0/24', { jail: 'web' });
      await firewall.ban([inner]);
      await firewall.ban([outer]);
      assert.deepEqual(await held(), ['198.51.100.0/24']);
      assert.ok(firewall.holds(inner) && firewall.holds(outer));
      await firewall.unban([outer]);
      assert.deepEqual(await held(), ['198.51.100.64/26']);
      await firewall.unban([inner]);
      assert.deepEqual(await held(), []);
    },
  ],
  [
    'an address may be banned beside the prefix around it',
    async ({ firewall, held }) => {
      const prefix = banOf('192.0.2.0/24');
      await firewall.ban([ONE, prefix]);
      await firewall.unban([prefix]);
      assert.deepEqual(await held(), ['192.0.2.66']);
    },
  ],
  [
    'reconcile makes the firewall hold exactly what is wanted and says what it mended',
    async ({ firewall, held }) => {
      await firewall.ban([ONE, banOf('192.0.2.67')]);
      const first = await firewall.reconcile([ONE, SIX]);
      assert.deepEqual(await held(), ['192.0.2.66', '2001:db8::66']);
      const again = await firewall.reconcile([ONE, SIX]);
      assert.deepEqual(again, { added: 0, removed: 0 });
      assert.deepEqual(first, { added: 1, removed: 1 });
      assert.ok(!firewall.holds(banOf('192.0.2.67')));
    },
  ],
  [
    'opposite wishes in flight end with the last one',
    async ({ firewall, held }) => {
      const bans = Array.from({ length: 40 }, (_, index) => banOf(`198.51.100.${index + 1}`));
      const pending = bans.flatMap((ban) => [firewall.ban([ban]), firewall.unban([ban])]);
      pending.push(firewall.ban(bans.slice(0, 3)));
      await Promise.all(pending);
      assert.deepEqual(await held(), ['198.51.100.1', '198.51.100.2', '198.51.100.3']);
    },
  ],
  [
    'a thousand bans at once are all there, and all gone again',
    async ({ firewall, held }) => {
      const bans = Array.from({ length: 1_000 }, (_, index) => banOf(`198.18.${index >> 8}.${index & 255}`));
      await Promise.all(bans.map((ban) => firewall.ban([ban])));
      assert.deepEqual(await held(), bans.map(({ address }) => address.text).sort());
      assert.equal(firewall.status().held, 1_000);
      await Promise.all(bans.map((ban) => firewall.unban([ban])));
      assert.deepEqual(await held(), []);
      assert.equal(firewall.status().held, 0);
    },
  ],
  [
    'the status tells how much is held and that nothing is pending',
    async ({ firewall }) => {
      await firewall.ban([ONE, SIX]);
      const { state, held, pending, oldestPending } = firewall.status();
      assert.deepEqual(
        { state, held, pending, oldestPending },
        { state: 'ready', held: 2, pending: 0, oldestPending: 0 },
      );
    },
  ],
  [
    'the same address may be dropped for one jail and have ports closed for another',
    async ({ firewall, held }) => {
      const ports = banOf('192.0.2.66', { jail: 'web', disposition: 'ports', ports: ['80/tcp', '443/tcp'] });
      await firewall.ban([ONE, ports]);
      assert.ok(firewall.holds(ONE) && firewall.holds(ports));
      await firewall.unban([ONE]);
      assert.ok(!firewall.holds(ONE) && firewall.holds(ports));
      assert.deepEqual(await held(), ['192.0.2.66']);
      await firewall.unban([ports]);
      assert.deepEqual(await held(), []);
    },
  ],
];
