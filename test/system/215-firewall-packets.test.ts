/** What each disposition does to real packets: to this host, to what is forwarded behind it, new and under way. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Ban } from '../../src/core/ban.js';
import type { Firewalld } from '../../src/firewall/firewalld.js';
import { banOf } from '../contract/firewall.js';
import type { Endpoint, Reach } from './endpoint.js';
import { openFirewall } from './firewalld-lab.js';
import { BEHIND, HOST, Lab, labObstacle, PEERS } from './lab.js';

const skip = labObstacle() ?? false;

/** Services on the host, and what leads to the one behind it: as Docker does it, and to another port of the host. */
const SSH = 22;
const WEB = 80;
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

interface Family {
  readonly name: 'ipv4' | 'ipv6';
  readonly attacker: string;
  readonly neighbour: string;
  /** Around the attacker, without the neighbour. */
  readonly prefix: string;
  readonly host: string;
  readonly behind: string;
}

const families: readonly Family[] = [
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

describe('packets from a banned address', { skip, timeout: 600_000 }, () => {
  let lab: Lab;
  let firewall: Firewalld;
  let peer: Endpoint;
  before(async () => {
    lab = await Lab.create();
    const [host, behind] = [await lab.endpoint('host'), await lab.endpoint('behind')];
    peer = await lab.endpoint('peer');
    for (const port of [SSH, WEB]) await host.listen(port);
    await host.listenUdp(ECHO);
    await behind.listen(WEB);
    await behind.listenUdp(ECHO);
    lab.hostInput(dnat('ip', BEHIND.ipv4) + dnat('ip6', `[${BEHIND.ipv6}]`), 'nft', '-f', '-');
    ({ firewall } = await openFirewall(lab));
    await firewall.reconcile([]);
  });
  after(async () => {
    await firewall.close();
    await lab.remove();
  });

  /** Bans, looks, and lifts the ban whatever was seen. */
  async function during(bans: readonly Ban[], look: () => Promise<void>): Promise<void> {
    await firewall.ban(bans);
    try {
      await look();
    } finally {
      await firewall.unban(bans);
    }
  }

  /** How a new connection to each of these ends: `SSH`, `WEB` and `REDIRECTED` here, `PUBLISHED` and routed behind. */
  const reached = async (from: string, { host, behind }: Family): Promise<readonly Reach[]> =>
    Promise.all([
      peer.reach(from, host, SSH),
      peer.reach(from, host, WEB),
      peer.reach(from, host, REDIRECTED),
      peer.reach(from, host, PUBLISHED),
      peer.reach(from, behind, WEB),
    ]);

  const echoes = async (from: string, { host }: Family): Promise<readonly boolean[]> => {
    const flows = [await peer.flow(from, host, ECHO), await peer.flow(from, host, PUBLISHED_UDP)];
    return Promise.all(flows.map((flow) => peer.isAlive(flow)));
  };

  const all = (reach: Reach): readonly Reach[] => Array.from({ length: 5 }, () => reach);

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
          assert.deepEqual(await reached(attacker, family), all('open'));
          await during([banOf(text, { disposition })], async () => {
            assert.deepEqual(await reached(attacker, family), all(end));
            assert.deepEqual(await echoes(attacker, family), [false, false]);
            assert.deepEqual(await reached(neighbour, family), all('open'));
            assert.deepEqual(await echoes(neighbour, family), [true, true]);
          });
          assert.deepEqual(await reached(attacker, family), all('open'));
        });
      }
    }

    test(`${name}: ports closes these ports alone, published ones by the number the attacker uses`, async () => {
      const ports = [`${SSH}/tcp`, `${PUBLISHED}/tcp`, `${ECHO}/udp`];
      await during([banOf(attacker, { disposition: 'ports', ports })], async () => {
        assert.deepEqual(await reached(attacker, family), ['refused', 'open', 'open', 'refused', 'open']);
        assert.deepEqual(await echoes(attacker, family), [false, true]);
        assert.deepEqual(await reached(neighbour, family), all('open'));
      });
      assert.deepEqual(await reached(attacker, family), all('open'));
    });

    test(`${name}: what was under way ends with the ban, TCP and UDP, here and behind; a neighbour's goes on`, async () => {
      const { host } = family;
      const open = async (from: string) => [
        await peer.hold(from, host, SSH),
        await peer.hold(from, host, PUBLISHED),
        await peer.flow(from, host, ECHO),
        await peer.flow(from, host, PUBLISHED_UDP),
      ];
      const alive = async (connections: readonly number[]) =>
        Promise.all(connections.map((connection) => peer.isAlive(connection)));
      for (const disposition of ['drop', 'reject'] as const) {
        const [attack, work] = [await open(attacker), await open(neighbour)];
        assert.deepEqual(await alive([...attack, ...work]), Array(8).fill(true));
        await during([banOf(attacker, { disposition })], async () => {
          assert.deepEqual(await alive(attack), Array(4).fill(false));
          assert.deepEqual(await alive(work), Array(4).fill(true));
        });
      }
    });

    test(`${name}: ports ends what was under way on these ports alone`, async () => {
      const { host } = family;
      const ssh = await peer.hold(attacker, host, SSH);
      const web = await peer.hold(attacker, host, WEB);
      const echo = await peer.flow(attacker, host, ECHO);
      assert.ok((await peer.isAlive(ssh)) && (await peer.isAlive(web)) && (await peer.isAlive(echo)));
      await during([banOf(attacker, { disposition: 'ports', ports: [`${SSH}/tcp`] })], async () => {
        assert.equal(await peer.isAlive(ssh), false);
        assert.ok((await peer.isAlive(web)) && (await peer.isAlive(echo)));
      });
    });

    test(`${name}: this host still opens connections to a banned address`, async () => {
      const host = await lab.endpoint('host');
      await peer.listen(4_000 + Number(name.slice(-1)));
      await during([banOf(attacker)], async () => {
        assert.equal(await host.reach(family.host, attacker, 4_000 + Number(name.slice(-1))), 'open');
      });
    });

    test(`${name}: a source of another zone is shut out like any other`, async () => {
      for (const zone of ['trusted', 'public']) {
        lab.firewallCmd(`--zone=${zone}`, `--add-source=${attacker}`);
        await during([banOf(attacker)], async () => {
          assert.deepEqual(await reached(attacker, family), all('silent'));
        });
        lab.firewallCmd(`--zone=${zone}`, `--remove-source=${attacker}`);
      }
    });
  }

  test('who forwards ports is told, with what that means for bans', async () => {
    await firewall.reconcile([]);
    const { notes = [], warnings } = firewall.status();
    assert.deepEqual(warnings, []);
    assert.deepEqual(notes, [
      'ports are forwarded by docker (table ip nat), docker (table ip6 nat) before firewalld asks any zone; ' +
        'bans hold there too, through the table inet f2b-guard',
    ]);
  });

  test('ports that firewalld itself forwards are closed too', async () => {
    lab.firewallCmd('--zone=trusted', `--add-forward-port=port=81:proto=tcp:toport=${WEB}:toaddr=${BEHIND.ipv4}`);
    const { attacker, host } = families[0] ?? { attacker: '', host: '' };
    assert.equal(await peer.reach(attacker, host, 81), 'open');
    await during([banOf(attacker)], async () => assert.equal(await peer.reach(attacker, host, 81), 'silent'));
    await firewall.reconcile([]);
    assert.match(firewall.status().notes?.join() ?? '', /forwarded by .*firewalld/);
  });
});
