/** The firewalld adapter against a real firewalld, a real kernel and real packets. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { firewallCases } from '../contract/firewall.js';
import { banOf } from '../support/ban-of.js';
import { openFirewall } from './firewalld-lab.js';
import { HOST, Lab, labObstacle, PEERS } from './lab.js';

const skip = labObstacle() ?? false;

describe('firewalld', { skip, timeout: 300_000 }, () => {
  let lab: Lab;
  before(async () => {
    lab = await Lab.create();
  });
  after(() => lab.remove());

  for (const [name, body] of firewallCases) {
    test(name, async () => {
      const { firewall } = await openFirewall(lab);
      await firewall.reconcile([]);
      await body({ firewall, held: () => lab.kernelSets() });
      await firewall.reconcile([]);
      await firewall.close();
    });
  }

  test('a banned address is shut out at once, its open connection ended, its neighbour untouched', async () => {
    const { firewall } = await openFirewall(lab);
    await firewall.reconcile([]);
    const host = await lab.endpoint('host');
    const peer = await lab.endpoint('peer');
    await host.listen(22);
    for (const [to, [attacker, neighbour]] of [
      [HOST.ipv4, PEERS.ipv4],
      [HOST.ipv6, PEERS.ipv6],
    ] as const) {
      assert.equal(await peer.reach(attacker, to, 22), 'open');
      const attack = await peer.hold(attacker, to, 22);
      const work = await peer.hold(neighbour, to, 22);
      assert.ok((await peer.isAlive(attack)) && (await peer.isAlive(work)));
      await firewall.ban([banOf(attacker)]);
      assert.equal(await peer.isAlive(attack), false);
      assert.equal(await peer.reach(attacker, to, 22), 'silent');
      assert.equal(await peer.isAlive(work), true);
      assert.equal(await peer.reach(neighbour, to, 22), 'open');
      await firewall.unban([banOf(attacker)]);
      assert.equal(await peer.reach(attacker, to, 22), 'open');
    }
    await firewall.close();
  });
});
