/** What becomes of the bans in one firewall when the agent is started with the other. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Bus } from '../../src/dbus/bus.js';
import { F2bError } from '../../src/errors.js';
import { type Retire, retireFirewalld, retireNftables, successor } from '../../src/firewall/backend-switch.js';
import { Nft } from '../../src/firewall/nft.js';
import type { Firewall } from '../../src/ports/firewall.js';
import { banOf } from '../support/ban-of.js';
import { openFirewall } from './firewalld-lab.js';
import { KernelWatch } from './kernel-watch.js';
import { eventually, Lab, labObstacle } from './lab.js';
import { elements, openNftables } from './nft-lab.js';

const skip = labObstacle() ?? false;

const WANTED = [
  ...Array.from({ length: 1_200 }, (_, index) => banOf(`198.18.${index >> 8}.${index & 255}`)),
  banOf('2001:db8:bad:1::/64'),
  banOf('203.0.113.0/24', { disposition: 'reject' }),
];
const HELD = WANTED.map(({ address }) => address.text).sort();
const SOME = HELD.filter((text) => text.startsWith('198.18.0.'));

describe('a change of Firewall=', { skip, timeout: 300_000 }, () => {
  let lab: Lab;
  let bus: Bus;
  let nft: Nft;
  const failures: unknown[] = [];
  before(async () => {
    lab = await Lab.create();
    bus = await lab.connect();
    nft = new Nft(['ip', 'netns', 'exec', lab.hostNamespace, 'nft']);
  });
  after(() => lab.remove());

  async function begin(firewall: Firewall, retire: Retire): Promise<Firewall> {
    const next = successor(firewall, retire, (error) => failures.push(error));
    await next.reconcile(WANTED);
    return next;
  }
  const firewalld = async () => (await openFirewall(lab)).firewall;
  const nftables = async () => (await openNftables(lab.hostNamespace)).firewall;
  const tables = () => lab.host('nft', 'list', 'tables', 'inet');

  test('from firewalld to nftables and back: the bans move, without a gap, and nothing stays behind', async () => {
    const first = await begin(await firewalld(), retireNftables(nft));
    assert.deepEqual(lab.kernelSets(), HELD);
    lab.firewallCmd('--runtime-to-permanent');
    await first.close();
    const watch = new KernelWatch(lab, '');
    watch.expect(SOME);

    const second = await begin(await nftables(), retireFirewalld(bus, nft));
    assert.deepEqual(elements(lab), HELD);
    await eventually(() => {
      assert.deepEqual(lab.kernelSets(), []);
      assert.equal(lab.firewallCmd('--permanent', '--ipset=f2b-drop-ipv4-0', '--get-entries'), '');
      assert.doesNotMatch(tables(), /f2b-guard/);
    });
    await second.close();

    const third = await begin(await firewalld(), retireNftables(nft));
    await eventually(() => assert.doesNotMatch(tables(), /f2b$/m));
    assert.deepEqual(lab.kernelSets(), HELD);
    assert.match(tables(), /f2b-guard/);
    assert.deepEqual(await watch.stop(), []);
    assert.deepEqual(failures, []);
    await third.reconcile([]);
    await third.close();
  });

  test('without firewalld, nftables has nobody to take over from', async () => {
    await lab.stopFirewalld();
    const firewall = await begin(await nftables(), retireFirewalld(bus, nft));
    assert.deepEqual(elements(lab), HELD);
    assert.deepEqual(failures, []);
    await firewall.close();
    await lab.startFirewalld();
  });

  test('what cannot be removed is told once and tried again at the next reconcile', async () => {
    let attempts = 0;
    const refuse = async () => {
      attempts += 1;
      if (attempts < 3) throw new F2bError('FIREWALL_DENIED');
    };
    const firewall = await begin(await nftables(), refuse);
    await firewall.reconcile(WANTED);
    await firewall.reconcile(WANTED);
    await firewall.reconcile(WANTED);
    assert.equal(attempts, 3);
    assert.equal(failures.length, 1);
    await firewall.close();
  });
});
