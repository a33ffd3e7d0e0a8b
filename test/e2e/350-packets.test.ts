/** What a ban does to packets on Debian 13's firewalld, new and under way, to services and to published ports. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { bootWithAgent, type Container, cannotBoot, sources, target } from '../support/container.js';
import { Endpoint, type Reach } from '../support/endpoint.js';
import { until } from '../support/process.js';
import { untilHeld } from './firewall.js';
import { stepsOf } from './steps.js';

const PROGRAM = join(import.meta.dirname, '../support/endpoint.js');

const SSH = 22;
const WEB = 80;
const ECHO = 7;
const PUBLISHED = 8080;
const PUBLISHED_UDP = 8007;

/** Where the container behind the system has its addresses, and what leads there, as Docker does it. */
const behind = { ipv4: '198.51.100.2', ipv6: '2001:db9::2' };
const publish = (family: 'ip' | 'ip6', to: string) =>
  `
table ${family} nat {
  chain PREROUTING { type nat hook prerouting priority dstnat; fib daddr type local jump DOCKER; }
  chain DOCKER {
    tcp dport ${PUBLISHED} dnat to ${to}:${WEB}
    udp dport ${PUBLISHED_UDP} dnat to ${to}:${ECHO}
  }
}`.trim();

const network = `
ip netns add behind
ip link add behind0 type veth peer name eth0 netns behind
ip addr add 198.51.100.1/24 dev behind0
ip addr add 2001:db9::1/64 dev behind0 nodad
ip link set behind0 up
ip -n behind addr add ${behind.ipv4}/24 dev eth0
ip -n behind addr add ${behind.ipv6}/64 dev eth0 nodad
ip -n behind link set lo up
ip -n behind link set eth0 up
ip -n behind route add default via 198.51.100.1
ip -n behind -6 route add default via 2001:db9::1
sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
`;

/** Lets the kernel forget UDP conversations after a second of silence, and how long that takes, ms. */
const forgetful = 'sysctl -qw net.netfilter.nf_conntrack_udp_timeout=1 net.netfilter.nf_conntrack_udp_timeout_stream=1';
const FORGOTTEN = 2_500;

const families = [
  { name: 'IPv4', host: target.ipv4, attacker: sources.ipv4[0] ?? '', neighbour: sources.ipv4[1] ?? '' },
  { name: 'IPv6', host: target.ipv6, attacker: sources.ipv6[0] ?? '', neighbour: sources.ipv6[1] ?? '' },
] as const;

test('packets of a banned address', { skip: cannotBoot }, async (t) => {
  let container: Container;
  let peer: Endpoint;
  let services: Endpoint;
  const endpoints: Endpoint[] = [];
  const endpoint = async (program: ConstructorParameters<typeof Endpoint>[0]) => {
    const made = new Endpoint(program);
    endpoints.push(made);
    await made.ready();
    return made;
  };

  before(async () => {
    container = await bootWithAgent();
    await container.ask('systemctl stop ssh.service ssh.socket 2>&1; firewall-cmd --set-default-zone=trusted');
    await container.ask(network);
    const rules = `${publish('ip', behind.ipv4)}\n${publish('ip6', `[${behind.ipv6}]`)}\n`;
    await container.ask('nft -f -', { input: rules });
    container.copyIn(PROGRAM, '/root/endpoint.mjs');
    await container.ask(forgetful);
    services = await endpoint(container.insideStart('exec node /root/endpoint.mjs main'));
    const inner = await endpoint(container.insideStart('exec ip netns exec behind node /root/endpoint.mjs main'));
    peer = await endpoint(container.attackerStart([process.execPath, PROGRAM, 'main']));
    for (const port of [SSH, WEB]) await services.listen(port);
    await services.listenUdp(ECHO);
    await inner.listen(WEB);
    await inner.listenUdp(ECHO);
  });
  after(() => {
    for (const made of endpoints) made.close();
    container.stop();
  });
  const step = stepsOf(t, () => container);

  /** New connections to SSH, WEB and PUBLISHED. */
  const reached = (from: string, to: string): Promise<readonly Reach[]> =>
    Promise.all([peer.reach(from, to, SSH), peer.reach(from, to, WEB), peer.reach(from, to, PUBLISHED)]);
  const underWay = async (from: string, to: string): Promise<readonly number[]> => [
    await peer.hold(from, to, SSH),
    await peer.hold(from, to, PUBLISHED),
    await peer.flow(from, to, ECHO),
    await peer.flow(from, to, PUBLISHED_UDP),
  ];
  const alive = (connections: readonly number[]) => Promise.all(connections.map((each) => peer.isAlive(each)));
  const setJail = (lines: string) =>
    container.ask(
      'mkdir -p /etc/f2b/units/ssh.service.conf.d; cat >/etc/f2b/units/ssh.service.conf.d/test.conf; f2bctl reload',
      { input: `[Ban]\n${lines}\n` },
    );

  for (const [lines, end, left] of [
    ['Disposition=drop', ['silent', 'silent', 'silent'], [false, false, false, false]],
    ['Disposition=reject', ['refused', 'refused', 'refused'], [false, false, false, false]],
    [
      `Disposition=ports\nPorts=${SSH}/tcp ${PUBLISHED}/tcp ${ECHO}/udp`,
      ['refused', 'open', 'refused'],
      [false, false, false, true],
    ],
  ] as const) {
    await step(`${lines.split('\n')[0]}: new ones and those under way, TCP and UDP, here and behind`, async () => {
      await setJail(lines);
      for (const { name, host, attacker, neighbour } of families) {
        assert.deepEqual(await reached(attacker, host), ['open', 'open', 'open'], name);
        const [attack, work] = [await underWay(attacker, host), await underWay(neighbour, host)];
        assert.deepEqual(await alive([...attack, ...work]), Array(8).fill(true), name);
        await container.ask(`f2bctl ban --jail ssh.service ${attacker}`);
        assert.deepEqual(await reached(attacker, host), end, name);
        assert.deepEqual(await alive(attack), left, name);
        await setTimeout(FORGOTTEN);
        await services.prompt(ECHO);
        assert.deepEqual(await alive(attack), left, `${name}, after the service wrote to it`);
        assert.deepEqual(await alive(work), [true, true, true, true], name);
        assert.deepEqual(await reached(neighbour, host), ['open', 'open', 'open'], name);
        await container.ask(`f2bctl unban ${attacker}`);
        assert.deepEqual(await reached(attacker, host), ['open', 'open', 'open'], name);
      }
    });
  }

  const { host, attacker } = families[0];

  await step('end also where a zone with a priority before all others trusts it', async () => {
    await container.ask(
      `firewall-cmd --permanent --new-zone=early --set-target=ACCEPT && firewall-cmd --permanent --zone=early --set-ingress-priority=-1000 &&
       firewall-cmd --permanent --zone=early --add-source=${attacker} && firewall-cmd --reload`,
    );
    await container.ask(`f2bctl ban --force ${attacker}`);
    assert.deepEqual(await reached(attacker, host), ['silent', 'silent', 'silent']);
    await container.ask('firewall-cmd --permanent --delete-zone=early && firewall-cmd --reload');
    await untilHeld(container, attacker);
    assert.deepEqual(await reached(attacker, host), ['silent', 'silent', 'silent']);
  });

  for (const command of [
    'firewall-cmd --reload',
    'systemctl restart firewalld.service',
    'systemctl kill --signal=KILL firewalld.service; sleep 1; systemctl start firewalld.service',
  ]) {
    await step(`never get in during: ${command}`, async () => {
      const tries: Promise<Reach>[] = [];
      const knocking = setInterval(() => tries.push(peer.reach(attacker, host, SSH)), 20);
      await container.ask(command);
      await untilHeld(container, attacker);
      clearInterval(knocking);
      const ends = await Promise.all(tries);
      t.diagnostic(`${ends.length} connections tried`);
      assert.deepEqual([...new Set(ends)], ['silent']);
    });
  }

  await step('end after another program flushed all it could, once the agent was asked to verify', async () => {
    await container.ask('nft flush ruleset; nft delete table inet f2b-guard 2>&1; true');
    await container.ask('f2bctl verify');
    await untilHeld(container, attacker);
    assert.ok((await container.ask('nft list set inet f2b-guard drop-ipv4')).includes(attacker));
    assert.deepEqual(await reached(attacker, host), ['silent', 'silent', 'silent']);
    await container.ask('nft -f -', { input: publish('ip', behind.ipv4) });
    await container.ask('f2bctl verify');
    const status = await container.ask('f2bctl status');
    assert.match(status, /ports are forwarded by docker \(table ip nat\).*bans hold there too/);
    assert.doesNotMatch(status, /nft cannot be used/);
  });

  await step(
    'end without polkit as far as bans were made; new ones are pending and told of, until it is back',
    async () => {
      const late = sources.ipv4[7] ?? '';
      await container.ask('systemctl mask --runtime --now polkit.service 2>&1');
      await container.inside(`f2bctl ban ${late}`);
      const status = await until('the status tells of polkit', async () => {
        const { out } = await container.inside('f2bctl status');
        return /polkit/.test(out) ? out : undefined;
      });
      assert.match(status, /unavailable/);
      assert.deepEqual(await reached(attacker, host), ['silent', 'silent', 'silent']);
      await container.ask('systemctl unmask --runtime polkit.service 2>&1 && systemctl start polkit.service');
      await untilHeld(container, late, 60);
      await until('the status is clean', async () =>
        /polkit/.test(await container.ask('f2bctl status')) ? undefined : true,
      );
      assert.match(await container.ask('f2bctl bans'), new RegExp(late.replaceAll('.', '\\.')));
    },
  );
});
