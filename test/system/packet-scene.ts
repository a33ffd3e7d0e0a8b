/**
 * What every disposition has to do to real packets: to this host, to what is forwarded behind it, new and under way.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import type { Ban } from '../../src/core/ban.js';
import type { Firewall } from '../../src/ports/firewall.js';
import { banOf } from '../support/ban-of.js';
import type { Endpoint, Reach } from '../support/endpoint.js';
import { BEHIND, eventually, HOST, type Lab, PEERS } from './lab.js';

/** Services on the host, and what leads to the one behind it: as Docker does it, and to another port of the host. */
const SSH = 22;
export const WEB = 80;
const ECHO = 7;
const PUBLISHED = 8080;
const PUBLISHED_UDP = 8007;
const REDIRECTED = 2222;

const dnat = (family: 'ip' | 'ip6', to: string) => `
add table ${family} nat
add chain ${family} nat PREROUTING { type nat hook prerouting priority dstnat; }
add chain ${family} nat DOCKER
add rule ${family} nat PREROUTING fib daddr type local jump DOCKER
add rule ${family} nat DOCKER tcp dport ${PUBLISHED} dnat to ${to}:${WEB}
add rule ${family} nat DOCKER udp dport ${PUBLISHED_UDP} dnat to ${to}:${ECHO}
add rule ${family} nat DOCKER tcp dport ${REDIRECTED} redirect to :${SSH}
`;

/** Until the kernel has forgotten a conversation that it keeps for a second, ms. */
const FORGOTTEN = 2_500;

interface Family {
  readonly name: 'ipv4' | 'ipv6';
  readonly attacker: string;
  readonly neighbour: string;
  /** Around the attacker, without the neighbour. */
  readonly prefix: string;
  readonly host: string;
  readonly behind: string;
}

export const families: readonly Family[] = [
  {
    name: 'ipv4',
    attacker: PEERS.ipv4[0],
    neighbour: PEERS.ipv4[2],
    prefix: '192.0.2.66/31',
    host: HOST.ipv4,
    behind: BEHIND.ipv4,
  },
  {
    name: 'ipv6',
    attacker: PEERS.ipv6[2],
    neighbour: PEERS.ipv6[0],
    prefix: '2001:db8:0:0:1::/80',
    host: HOST.ipv6,
    behind: BEHIND.ipv6,
  },
];

/** A host with a firewall, one host behind it whose ports it publishes, and a peer that tries them all. */
export class PacketScene {
  readonly lab: Lab;
  readonly firewall: Firewall;
  readonly peer: Endpoint;
  /** Where the services run. */
  readonly services: readonly Endpoint[];

  private constructor(lab: Lab, firewall: Firewall, peer: Endpoint, services: readonly Endpoint[]) {
    this.lab = lab;
    this.firewall = firewall;
    this.peer = peer;
    this.services = services;
  }

  static async create(lab: Lab, open: (lab: Lab) => Promise<Firewall>): Promise<PacketScene> {
    const [host, behind] = [await lab.endpoint('host'), await lab.endpoint('behind')];
    const peer = await lab.endpoint('peer');
    for (const port of [SSH, WEB]) await host.listen(port);
    await host.listenUdp(ECHO);
    await behind.listen(WEB);
    await behind.listenUdp(ECHO);
    lab.hostInput(dnat('ip', BEHIND.ipv4) + dnat('ip6', `[${BEHIND.ipv6}]`), 'nft', '-f', '-');
    const firewall = await open(lab);
    await firewall.reconcile([]);
    return new PacketScene(lab, firewall, peer, [host, behind]);
  }

  /** Bans, looks, and lifts the ban whatever was seen. */
  async during(bans: readonly Ban[], look: () => Promise<void>): Promise<void> {
    await this.firewall.ban(bans);
    try {
      await look();
    } finally {
      await this.firewall.unban(bans);
    }
  }

  /** Lets the kernel forget UDP conversations after a second of silence, instead of 30 or 120. */
  async forgettingUdp(look: () => Promise<void>): Promise<void> {
    const names = ['nf_conntrack_udp_timeout', 'nf_conntrack_udp_timeout_stream'];
    const set = (...seconds: readonly string[]) =>
      this.lab.host('sysctl', '-qw', ...names.map((name, n) => `net.netfilter.${name}=${seconds[n]}`));
    set('1', '1');
    try {
      await look();
    } finally {
      set('30', '120');
    }
  }

  /** How a new connection to each of these ends: `SSH`, `WEB` and `REDIRECTED` here, `PUBLISHED` and routed behind. */
  reached(from: string, { host, behind }: Family): Promise<readonly Reach[]> {
    return Promise.all([
      this.peer.reach(from, host, SSH),
      this.peer.reach(from, host, WEB),
      this.peer.reach(from, host, REDIRECTED),
      this.peer.reach(from, host, PUBLISHED),
      this.peer.reach(from, behind, WEB),
    ]);
  }

  /** Whether datagrams come back, from here and from behind. */
  async echoes(from: string, { host }: Family): Promise<readonly boolean[]> {
    const flows = [await this.peer.flow(from, host, ECHO), await this.peer.flow(from, host, PUBLISHED_UDP)];
    return Promise.all(flows.map((flow) => this.peer.isAlive(flow)));
  }
}

export const all = (reach: Reach): readonly Reach[] => Array.from({ length: 5 }, () => reach);

/** The tests that every firewall passes. */
export function packetTests(scene: () => PacketScene): void {
  test('a banned address of the same link gets in no more, and can be let in again', async () => {
    const { lab, peer } = scene();
    const [host, attacker] = await eventually(() => [lab.linkLocal('host'), lab.linkLocal('peer')] as const);
    assert.equal(await peer.reach(attacker, host, SSH), 'open');
    await scene().during([banOf(attacker)], async () => {
      assert.equal(await peer.reach(attacker, host, SSH), 'silent');
      assert.equal(await peer.reach(PEERS.ipv6[0], HOST.ipv6, SSH), 'open', 'its neighbours are still found');
    });
    assert.equal(await peer.reach(attacker, host, SSH), 'open');
  });

  for (const family of families) {
    const { name, attacker, neighbour, prefix } = family;
    for (const [disposition, end] of [
      ['drop', 'silent'],
      ['reject', 'refused'],
    ] as const) {
      for (const [what, text] of [
        ['an address', attacker],
        ['a prefix', prefix],
      ] as const) {
        test(`${name}: ${disposition} of ${what} ends ${end} to every port, here and behind, and to no neighbour`, async () => {
          assert.deepEqual(await scene().reached(attacker, family), all('open'));
          await scene().during([banOf(text, { disposition })], async () => {
            assert.deepEqual(await scene().reached(attacker, family), all(end));
            assert.deepEqual(await scene().echoes(attacker, family), [false, false]);
            assert.deepEqual(await scene().reached(neighbour, family), all('open'));
            assert.deepEqual(await scene().echoes(neighbour, family), [true, true]);
          });
          assert.deepEqual(await scene().reached(attacker, family), all('open'));
        });
      }
    }

    test(`${name}: ports closes these ports alone, published ones by the number the attacker uses`, async () => {
      const ports = [`${SSH}/tcp`, `${PUBLISHED}/tcp`, `${ECHO}/udp`];
      await scene().during([banOf(attacker, { disposition: 'ports', ports })], async () => {
        assert.deepEqual(await scene().reached(attacker, family), ['refused', 'open', 'open', 'refused', 'open']);
        assert.deepEqual(await scene().echoes(attacker, family), [false, true]);
        assert.deepEqual(await scene().reached(neighbour, family), all('open'));
      });
      assert.deepEqual(await scene().reached(attacker, family), all('open'));
    });

    test(`${name}: what was under way ends with the ban, TCP and UDP, here and behind; a neighbour's goes on`, async () => {
      const { host } = family;
      const open = async (from: string) => [
        await scene().peer.hold(from, host, SSH),
        await scene().peer.hold(from, host, PUBLISHED),
        await scene().peer.flow(from, host, ECHO),
        await scene().peer.flow(from, host, PUBLISHED_UDP),
      ];
      const alive = async (connections: readonly number[]) =>
        Promise.all(connections.map((connection) => scene().peer.isAlive(connection)));
      for (const disposition of ['drop', 'reject'] as const) {
        const [attack, work] = [await open(attacker), await open(neighbour)];
        assert.deepEqual(await alive([...attack, ...work]), Array(8).fill(true));
        await scene().during([banOf(attacker, { disposition })], async () => {
          assert.deepEqual(await alive(attack), Array(4).fill(false));
          assert.deepEqual(await alive(work), Array(4).fill(true));
        });
      }
    });

    test(`${name}: a UDP service that writes to a banned peer after a silence does not let it in again`, async () => {
      const { host, behind } = family;
      const { peer } = scene();
      const open = async (from: string) => [await peer.flow(from, host, ECHO), await peer.flow(from, behind, ECHO)];
      const alive = (flows: readonly number[]) => Promise.all(flows.map((flow) => peer.isAlive(flow)));
      const [attack, work] = [await open(attacker), await open(neighbour)];
      await scene().forgettingUdp(async () => {
        assert.deepEqual(await alive([...attack, ...work]), Array(4).fill(true));
        for (const ports of [[], [`${ECHO}/udp`]]) {
          const disposition = ports.length === 0 ? 'drop' : 'ports';
          await scene().during([banOf(attacker, { disposition, ports })], async () => {
            await setTimeout(FORGOTTEN);
            for (const service of scene().services) await service.prompt(ECHO);
            assert.deepEqual(await alive([...attack, ...work]), [false, false, true, true], disposition);
          });
        }
      });
    });

    test(`${name}: ports ends what was under way on these ports alone`, async () => {
      const { host } = family;
      const ssh = await scene().peer.hold(attacker, host, SSH);
      const web = await scene().peer.hold(attacker, host, WEB);
      const echo = await scene().peer.flow(attacker, host, ECHO);
      assert.ok(
        (await scene().peer.isAlive(ssh)) && (await scene().peer.isAlive(web)) && (await scene().peer.isAlive(echo)),
      );
      await scene().during([banOf(attacker, { disposition: 'ports', ports: [`${SSH}/tcp`] })], async () => {
        assert.equal(await scene().peer.isAlive(ssh), false);
        assert.ok((await scene().peer.isAlive(web)) && (await scene().peer.isAlive(echo)));
      });
    });

    test(`${name}: this host still opens connections to a banned address`, async () => {
      const host = await scene().lab.endpoint('host');
      await scene().peer.listen(4_000 + Number(name.slice(-1)));
      await scene().during([banOf(attacker)], async () => {
        assert.equal(await host.reach(family.host, attacker, 4_000 + Number(name.slice(-1))), 'open');
      });
    });
  }
}
