/** The nftables adapter against a real kernel, on a host without firewalld. */
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { firewallCases } from '../contract/firewall.js';
import { banOf } from '../support/ban-of.js';
import type { Endpoint } from '../support/endpoint.js';
import { HOST, Lab, labObstacle, PEERS } from './lab.js';
import { type OpenNftables, openNftables, shutOut } from './nft-lab.js';

const skip = labObstacle() ?? false;

describe('nftables', { skip, timeout: 300_000 }, () => {
  let lab: Lab;
  let host: Endpoint;
  let peer: Endpoint;
  let open: OpenNftables;
  before(async () => {
    lab = await Lab.create({ firewalld: false });
    host = await lab.endpoint('host');
    peer = await lab.endpoint('peer');
    for (const port of [22, 80, 6005]) await host.listen(port);
  });
  after(() => lab.remove());
  beforeEach(async () => {
    open = await openNftables(lab.hostNamespace);
    await open.firewall.reconcile([]);
  });
  afterEach(async () => {
    await open.firewall.reconcile([]);
    await open.firewall.close();
  });

  for (const [name, body] of firewallCases)
    test(name, () => body({ firewall: open.firewall, held: () => shutOut(lab) }));

  /** The host as seen from an address of the peer, per family. */
  const families = [
    { to: HOST.ipv4, attacker: PEERS.ipv4[0], neighbour: PEERS.ipv4[1] },
    { to: HOST.ipv6, attacker: PEERS.ipv6[0], neighbour: PEERS.ipv6[1] },
  ] as const;

  test("ports: only the jail's ports are closed, their open connections ended, the others stay", async () => {
    for (const { to, attacker, neighbour } of families) {
      const ban = banOf(attacker, { jail: 'web', disposition: 'ports', ports: ['22/tcp', '6000-6010/tcp', '53/udp'] });
      const closed = await peer.hold(attacker, to, 22);
      const other = await peer.hold(attacker, to, 80);
      await open.firewall.ban([ban]);
      assert.deepEqual([await peer.isAlive(closed), await peer.isAlive(other)], [false, true]);
      for (const [port, outcome] of [
        [22, 'refused'],
        [6005, 'refused'],
        [80, 'open'],
      ] as const)
        assert.equal(await peer.reach(attacker, to, port), outcome, String(port));
      assert.equal(await peer.reach(neighbour, to, 22), 'open');
      await open.firewall.unban([ban]);
      assert.equal(await peer.reach(attacker, to, 22), 'open');
    }
  });

  test('two jails with different ports close both to the same address', async () => {
    const [attacker] = PEERS.ipv4;
    const ssh = banOf(attacker, { jail: 'ssh', disposition: 'ports', ports: ['22/tcp'] });
    const web = banOf(attacker, { jail: 'web', disposition: 'ports', ports: ['80/tcp'] });
    await open.firewall.ban([ssh, web]);
    const reached = async () => [
      await peer.reach(attacker, HOST.ipv4, 22),
      await peer.reach(attacker, HOST.ipv4, 80),
      await peer.reach(attacker, HOST.ipv4, 6005),
    ];
    assert.deepEqual(await reached(), ['refused', 'refused', 'open']);
    await open.firewall.unban([ssh]);
    assert.deepEqual(await reached(), ['open', 'refused', 'open']);
  });

  test('a prefix shuts out what lies in it and nothing else', async () => {
    for (const [prefix, to, within, beyond] of [
      ['192.0.2.66/31', HOST.ipv4, PEERS.ipv4[1], PEERS.ipv4[2]],
      ['2001:db8::/80', HOST.ipv6, PEERS.ipv6[1], PEERS.ipv6[2]],
      ['2001:db8:0:0:1::/80', HOST.ipv6, PEERS.ipv6[2], PEERS.ipv6[1]],
    ] as const) {
      await open.firewall.ban([banOf(prefix)]);
      assert.equal(await peer.reach(within, to, 22), 'silent', `${within} in ${prefix}`);
      assert.equal(await peer.reach(beyond, to, 22), 'open', `${beyond} beside ${prefix}`);
      await open.firewall.unban([banOf(prefix)]);
    }
  });

  test('the machine itself is never shut out from itself', async () => {
    await open.firewall.ban([banOf('127.0.0.1'), banOf('::1'), banOf(HOST.ipv4)]);
    for (const address of ['127.0.0.1', '::1', HOST.ipv4])
      assert.equal(await host.reach(address, address, 22), 'open', address);
  });
});
