/** What other programs do to the kernel behind firewalld's back, and that each comparison finds and mends it. */
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import type { Ban } from '../../src/core/ban.js';
import { SocketKiller } from '../../src/firewall/connection-killer.js';
import { createFirewalld } from '../../src/firewall/firewalld/firewalld.js';
import { GUARD_TABLE } from '../../src/firewall/firewalld/guard-table.js';
import { Kernel } from '../../src/firewall/firewalld/kernel.js';
import { Nft } from '../../src/firewall/nft.js';
import { OwnTable } from '../../src/firewall/nftables/own-table.js';
import { firewalldGone, tableGone } from '../../src/text/rules-gone.js';
import { banOf } from '../support/ban-of.js';
import { wallClock } from '../support/bus-daemon.js';
import type { Endpoint } from '../support/endpoint.js';
import { labWithPeer, type OpenFirewall, openHolding } from './firewalld-lab.js';
import { eventually, HOST, type Lab, labObstacle, PEERS } from './lab.js';
import { elements } from './nft-lab.js';

const skip = labObstacle() ?? false;

const ATTACKER = PEERS.ipv4[0];
const OTHERS = Array.from({ length: 30 }, (_, index) => `198.18.0.${index}`);
const WANTED = [ATTACKER, ...OTHERS, '2001:db8:bad::1', '203.0.113.0/24'].sort();
const bans: readonly Ban[] = WANTED.map((text) => banOf(text));

describe('firewalld and the kernel', { skip, timeout: 300_000 }, () => {
  let lab: Lab;
  let peer: Endpoint;
  let open: OpenFirewall;
  before(async () => {
    ({ lab, peer } = await labWithPeer());
  });
  after(() => lab.remove());
  beforeEach(async () => {
    open = await openHolding(lab, WANTED);
  });
  afterEach(() => open.firewall.close());

  const isWhole = async () => {
    assert.deepEqual(lab.kernelSets(), WANTED);
    assert.deepEqual(elements(lab, GUARD_TABLE), WANTED);
    assert.doesNotMatch(lab.host('nft', 'list', 'chain', 'inet', GUARD_TABLE, 'prerouting'), /^\s*accept/m);
    assert.equal(await peer.reach(ATTACKER, HOST.ipv4, 22), 'silent');
    assert.equal(await peer.reach(PEERS.ipv4[1], HOST.ipv4, 22), 'open');
    assert.deepEqual(await open.firewall.reconcile(bans), { added: 0, removed: 0 });
    const { state, held, pending, warnings } = open.firewall.status();
    assert.deepEqual(
      { state, held, pending, warnings },
      { state: 'ready', held: WANTED.length, pending: 0, warnings: [] },
    );
  };

  const reloads = () => open.announcements.filter((text) => text.startsWith('firewalld is reloaded'));

  /** The set that holds most of what is wanted: mending moves entries on to another. */
  const mainSet = () =>
    ['f2b-drop-ipv4-0', 'f2b-drop-ipv4-1'].find((name) => lab.kernelSet(name).includes(ATTACKER)) ?? 'f2b-drop-ipv4-8';
  const otherSet = () => (mainSet().endsWith('0') ? 'f2b-drop-ipv4-1' : 'f2b-drop-ipv4-0');

  for (const [what, command, found] of [
    ['a flushed set', () => ['flush', 'set', 'inet', 'firewalld', mainSet()], { added: 31, removed: 0 }],
    [
      'a flushed set of prefixes',
      () => ['flush', 'set', 'inet', 'firewalld', 'f2b-drop-ipv4-net-0'],
      { added: 1, removed: 0 },
    ],
    [
      'an entry that was taken out',
      () => ['delete', 'element', 'inet', 'firewalld', mainSet(), '{ 198.18.0.7 }'],
      { added: 1, removed: 0 },
    ],
    [
      'an entry that was put in',
      () => ['add', 'element', 'inet', 'firewalld', otherSet(), '{ 198.51.100.7 }'],
      { added: 0, removed: 1 },
    ],
    ['a guard that was deleted', () => ['delete', 'table', 'inet', GUARD_TABLE], { added: 0, removed: 0 }],
    [
      'an entry that was taken out of the guard',
      () => ['delete', 'element', 'inet', GUARD_TABLE, 'drop-ipv4', '{ 198.18.0.7 }'],
      { added: 0, removed: 0 },
    ],
    [
      'an entry that was put into the guard',
      () => ['add', 'element', 'inet', GUARD_TABLE, 'drop-ipv4', '{ 198.51.100.7 }'],
      { added: 0, removed: 0 },
    ],
    [
      'a rule that lets all pass the guard',
      () => ['insert', 'rule', 'inet', GUARD_TABLE, 'prerouting', 'accept'],
      { added: 0, removed: 0 },
    ],
  ] as const) {
    test(`${what} is mended by the next comparison without a reload, and counted`, async () => {
      lab.host('nft', ...command());
      assert.deepEqual(await open.firewall.reconcile(bans), found);
      assert.deepEqual(reloads(), []);
      await isWhole();
    });
  }

  for (const [what, command] of [
    ['deleted', ['delete', 'table', 'inet', GUARD_TABLE]],
    ['without its base chain', ['flush', 'chain', 'inet', GUARD_TABLE, 'prerouting']],
    ['without the rules of a disposition', ['flush', 'chain', 'inet', GUARD_TABLE, 'dropped']],
  ] as const) {
    test(`a guard that was ${what} is back before anybody asks, and the listener heard of it`, async () => {
      const listing = () => lab.host('nft', '-t', 'list', 'table', 'inet', GUARD_TABLE);
      const rules = () =>
        listing()
          .replaceAll(/(packets|bytes) \d+/g, '')
          .split('\n')
          .sort();
      const intact = rules();
      lab.host('nft', ...command);
      await eventually(() => assert.deepEqual(rules(), intact));
      assert.deepEqual(open.changes, ['ready', 'lost', 'ready']);
      assert.deepEqual(open.announcements, [tableGone(GUARD_TABLE)]);
      await isWhole();
    });
  }

  test('all rules flushed: who reconciles when the adapter says so has everything back, unasked', async () => {
    let reconciled: Promise<unknown> = Promise.resolve();
    open.firewall.onChange((change) => {
      if (change === 'ready') reconciled = open.firewall.reconcile(bans);
    });
    lab.host('nft', 'flush', 'ruleset');
    await eventually(() => assert.deepEqual(lab.kernelSets(), WANTED));
    await reconciled;
    assert.equal(reloads().length, 1);
    await isWhole();
  });

  for (const [what, command] of [
    ['all rules flushed', ['flush', 'ruleset']],
    ["firewalld's table deleted", ['delete', 'table', 'inet', 'firewalld']],
    ['the verdicts of the policy flushed', ['flush', 'chain', 'inet', 'firewalld', 'filter_IN_policy_f2b_deny']],
    ['the chain of incoming packets flushed', ['flush', 'chain', 'inet', 'firewalld', 'filter_INPUT']],
  ] as const) {
    test(`${what}: one announced reload of firewalld brings everything back`, async () => {
      lab.host('nft', ...command);
      assert.deepEqual(await open.firewall.reconcile(bans), { added: WANTED.length, removed: 0 });
      assert.deepEqual(reloads(), [firewalldGone()]);
      await isWhole();
    });
  }

  test('rules that are gone again soon after are told, not reloaded in a loop, and the bans are not called held', async () => {
    lab.host('nft', 'flush', 'ruleset');
    await open.firewall.reconcile(bans);
    lab.host('nft', 'flush', 'ruleset');
    await assert.rejects(open.firewall.reconcile(bans), { code: 'FIREWALL_EMPTIED' });
    const status = open.firewall.status();
    assert.deepEqual([status.state, status.held, status.pending], ['unavailable', 0, WANTED.length]);
    assert.match(status.problem ?? '', /the kernel does not hold.*nftables\.service.*systemctl restart firewalld/);
    assert.ok(bans.every((ban) => !open.firewall.holds(ban)));
    assert.equal(reloads().length, 1);
    const changes = open.changes.length;
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    assert.deepEqual(open.changes.slice(changes), [], 'nor are they when it is tried again');
    await lab.stopFirewalld();
    await lab.startFirewalld();
    await eventually(() => open.firewall.reconcile(bans));
    await isWhole();
  });

  test('addresses that nft writes with dots are the same in the kernel', async () => {
    const dotted = ['::1.2.3.4', '::1:0', '::1.2.4.0/120'].map((text) => banOf(text));
    await open.firewall.ban(dotted);
    assert.deepEqual(await open.firewall.reconcile([...bans, ...dotted]), { added: 0, removed: 0 });
    assert.deepEqual(open.announcements, []);
    await open.firewall.reconcile(bans);
    await isWhole();
  });

  test('without nft, bans are made all the same, and what is missing is told', async () => {
    const nft = new Nft({ command: ['/nonexistent/nft'] });
    const [kernel, guard] = [new Kernel(nft), new OwnTable(nft, GUARD_TABLE)];
    const killer = new SocketKiller(['ip', 'netns', 'exec', lab.hostNamespace, 'ss']);
    const firewall = createFirewalld({ bus: await lab.connect(), clock: wallClock, killer, kernel, guard });
    await firewall.opened();
    await firewall.reconcile([...bans, banOf('192.0.2.99')]);
    assert.ok(lab.kernelSets().includes('192.0.2.99'));
    assert.match(firewall.status().warnings.join(), /forwarded ports.*install the package nftables/);
    await firewall.reconcile(bans);
    await firewall.close();
  });
});
