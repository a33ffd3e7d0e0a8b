/**
 * Two booted systems of a fleet, each with the agent and f2b-fleetd as their packages bring them, and three nats-servers in
 * network namespaces of their own: the first two on the other end of the systems' links, where the attackers are.
 */
import { execFileSync } from 'node:child_process';
import type { TestContext } from 'node:test';
import { boot, builtPackage, type Container, install, sources } from './container.js';
import { joinSites } from './joined-sites.js';
import { NatsLab, type Site } from './nats-lab.js';
import { until } from './process.js';

export interface FleetContainers {
  readonly lab: NatsLab;
  /** Where the servers are. */
  readonly sites: readonly Site[];
  /** `web1` and `web2`. */
  readonly systems: readonly [Container, Container];
}

const NAMES = ['web1', 'web2'] as const;

/** No attacker comes from there. */
const [REACHED_AT = ''] = sources.ipv4;
/** fleet.conf takes names alone, as they are in certificates. */
const SERVER_NAME = 'nats.example.org';

/** `members`: further hosts that the servers know. Resolves when both systems are connected. */
export async function bootFleet(
  t: Pick<TestContext, 'after'>,
  members: readonly string[] = [],
): Promise<FleetContainers> {
  const systems = await Promise.all([bootSystem(t), bootSystem(t)]);
  const sites = await sitesOf(t, systems);
  const lab = await NatsLab.start(t, [...NAMES, ...members], { sites });
  await Promise.all(systems.map((system, index) => joinFleet(system, lab, NAMES[index] ?? '', sites[index])));
  return { lab, sites, systems };
}

async function bootSystem(t: Pick<TestContext, 'after'>): Promise<Container> {
  const system = await boot(builtPackage());
  t.after(() => system.stop());
  await install(system, 'f2b-fleet');
  return system;
}

/** Where the attackers of each are, and a third one. */
async function sitesOf(t: Pick<TestContext, 'after'>, systems: readonly Container[]): Promise<readonly Site[]> {
  const name = `f2bs${process.pid}`;
  const joined = systems.map((_, index) => ({ namespace: `${name}n${index}`, reachedAt: SERVER_NAME }));
  for (const [index, { namespace }] of joined.entries()) {
    // By a process that is there: one that was just started may not have entered yet, and gives this machine's namespace.
    await systems[index]?.attacker(['sh', '-c', `exec ip netns attach ${namespace} $$`]);
    t.after(() => execFileSync('ip', ['netns', 'delete', namespace], { stdio: ['ignore', 'ignore', 'inherit'] }));
  }
  return joinSites(t, `${name}x`, joined);
}

async function joinFleet(system: Container, lab: NatsLab, name: string, site: Site | undefined): Promise<void> {
  const put = (path: string, text: string) => system.ask(`umask 077; cat >${path}`, { input: text });
  await system.ask(`echo '${REACHED_AT} ${SERVER_NAME}' >>/etc/hosts`);
  system.copyIn(lab.caFile, '/etc/f2b/fleet-ca.pem');
  await put('/etc/f2b/fleet.nkey', lab.host(name).seed);
  const servers = `Server=tls://${lab.placeSeenFrom(site)}\nReplicas=${lab.size}\nCAFile=/etc/f2b/fleet-ca.pem`;
  await put('/etc/f2b/fleet.conf', `[Fleet]\nName=${name}\n${servers}\n`);
  await system.ask('chmod 644 /etc/f2b/fleet.conf /etc/f2b/fleet-ca.pem; systemctl start f2b-fleetd');
  const isConnected = async () =>
    (await system.inside('f2bctl fleet status')).out.includes('is connected') ? true : undefined;
  await until(`${name} is connected`, isConnected, 60).catch(async (error: unknown) => {
    throw new Error(`${error}\n${(await system.inside('journalctl --no-pager -u f2b-fleetd')).out}`);
  });
}
