/** What becomes of the bans in one firewall when the agent is started, or reloaded, with the other. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Config } from '../../src/config/config.js';
import { createFirewallSwitch } from '../../src/daemon/firewall-switch.js';
import type { Bus } from '../../src/dbus/bus.js';
import { F2bError } from '../../src/errors.js';
import { type Retire, retireFirewalld, retireNftables, switchBackend } from '../../src/firewall/backend-switch.js';
import { Nft } from '../../src/firewall/nft.js';
import type { Firewall } from '../../src/ports/firewall.js';
import { banOf } from '../support/ban-of.js';
import { configOf } from '../support/config-texts.js';
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
/** What a reload reads of f2bd.conf. */
const configWith = (firewall: Config['firewall']): Config => configOf('', `[Agent]\nFirewall=${firewall}\n`).value;
const SOME = HELD.filter((text) => text.startsWith('198.18.0.'));

/** Some sixty sets are emptied one by one, which takes long where others keep the machine busy. s */
const EMPTIED_WITHIN = 120;

describe('a change of Firewall=', { skip, timeout: 600_000 }, () => {
  let lab: Lab;
  let bus: Bus;
  let nft: Nft;
  const failures: unknown[] = [];
  before(async () => {
    lab = await Lab.create();
    bus = await lab.connect();
    nft = new Nft({ command: ['ip', 'netns', 'exec', lab.hostNamespace, 'nft'] });
  });
  after(() => lab.remove());

  const succeeding = (firewall: Firewall, retire: Retire) =>
    switchBackend(firewall, retire, (error) => failures.push(error));
  async function begin(firewall: Firewall, retire: Retire): Promise<Firewall> {
    const next = succeeding(firewall, retire);
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
    }, EMPTIED_WITHIN);
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

  test('a reload moves them too, without a gap, and a ban under way is made in the other one', async () => {
    const open = async ({ firewall }: Config) =>
      firewall === 'nftables'
        ? succeeding(await nftables(), retireFirewalld(bus, nft))
        : succeeding(await firewalld(), retireNftables(nft));
    const subject = await createFirewallSwitch(configWith('firewalld'), open);
    await subject.reconcile(WANTED);
    const watch = new KernelWatch(lab, '');
    watch.expect(SOME);
    for (const firewall of ['nftables', 'firewalld'] as const) {
      const late = banOf('192.0.2.99');
      const asked = subject.ban([late]);
      assert.equal(await subject.configure(configWith(firewall)), true);
      assert.equal(await subject.configure(configWith(firewall)), false);
      await subject.reconcile([...WANTED, late]);
      await asked;
      assert.ok(subject.holds(late));
      await eventually(() => {
        const [here, there] = [elements(lab), lab.kernelSets()];
        const held = [...HELD, '192.0.2.99'].sort();
        assert.deepEqual([here, there], firewall === 'nftables' ? [held, []] : [[], held]);
      }, EMPTIED_WITHIN);
      await subject.unban([late]);
    }
    assert.deepEqual(await watch.stop(), []);
    assert.deepEqual(failures, []);
    await subject.close();
  });

  test('a change back while the first firewall is still being emptied takes none of its bans away', async () => {
    const emptied = retireFirewalld(bus, nft);
    let ended = false;
    const slow: Retire = (signal) => emptied(signal).finally(() => (ended = true));
    const subject = await createFirewallSwitch(configWith('firewalld'), async ({ firewall }) =>
      firewall === 'nftables' ? succeeding(await nftables(), slow) : firewalld(),
    );
    await subject.reconcile(WANTED);
    await subject.configure(configWith('nftables'));
    await subject.reconcile(WANTED);
    assert.equal(ended, false);
    await subject.configure(configWith('firewalld'));
    assert.equal(ended, true);
    await subject.reconcile(WANTED);
    assert.deepEqual(lab.kernelSets(), HELD);
    await nft.run(['delete', 'table', 'inet', 'f2b']);
    await subject.reconcile([]);
    await subject.close();
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
