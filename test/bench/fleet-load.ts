/** Many bans a second over a fleet: that none is lost or made twice, and what bans of others do to the agent beside them. */
import type { ChildProcess } from 'node:child_process';
import { bootFleet } from '../support/fleet-containers.js';
import { FleetHost } from '../support/fleet-lab.js';
import { addNamespace, joinSites } from '../support/joined-sites.js';
import { NatsLab, type Site } from '../support/nats-lab.js';
import { sleep, until } from '../support/process.js';
import { single } from './contender.js';
import { prepare } from './f2b.js';
import type { Published, PublishingOrder } from './fleet-publishing.js';
import { KernelSets } from './kernel-sets.js';
import { memoryOf, processorOf } from './process-figures.js';
import { publishedAddress } from './published-address.js';
import { quantile, Scene } from './scene.js';
import { answerOf, startSimulated } from './simulated.js';
import { SshdFailures } from './sshd-failures.js';

/** Seconds until everybody has everything. */
const TIMEOUT = 120;
/** Hosts that ban: of one others listen to no more than a thousand bans a minute. */
export const FLEET_HOSTS = Array.from({ length: 100 }, (_, n) => `m${n}`);
const COUNTED = ['web1', 'web2'];
/** Own attackers of each half of a pair. */
const SINGLES = 20;
const PAIRS = 6;

/** Connected beside their server, to ban so many a second together. */
export async function publishers(
  scene: Scene,
  lab: NatsLab,
  rate: number,
  site: Site | undefined,
): Promise<ChildProcess> {
  const hosts = FLEET_HOSTS.map((name) => ({ name, seed: lab.host(name).seed }));
  const servers = { servers: lab.placesIn(site), caFile: lab.caFile, replicas: lab.size };
  const child = startSimulated(scene, 'fleet-publishing', { ...servers, hosts, rate } satisfies PublishingOrder, site);
  await answerOf(child);
  return child;
}

/** Counts how often its agent is asked for each address. */
function askedOf(host: FleetHost): ReadonlyMap<string, number> {
  const times = new Map<string, number>();
  host.agent.report = async (reports) => {
    for (const { address } of reports) times.set(address.text, (times.get(address.text) ?? 0) + 1);
    return [];
  };
  return times;
}

/** So many bans a second for so many seconds, with two f2b-fleetd as they are built and agents that count. */
export async function flood(rate: number, seconds: number): Promise<string> {
  const scene = new Scene();
  try {
    const name = `f2bs${process.pid}`;
    const joined = COUNTED.map((_, index) => ({ namespace: `${name}n${index}` }));
    for (const { namespace } of joined) addNamespace(scene, namespace);
    const sites = joinSites(scene, `${name}x`, joined);
    const lab = await NatsLab.start(scene, [...COUNTED, ...FLEET_HOSTS], { sites });
    const hosts = await Promise.all(COUNTED.map((name, index) => FleetHost.create(scene, lab, name, '', sites[index])));
    const asked = hosts.map(askedOf);
    await Promise.all(hosts.map((host) => host.start(TIMEOUT)));
    const child = await publishers(scene, lab, rate, sites.at(-1));
    child.send(seconds);
    const { bans, begin, end, again } = await answerOf<Published>(child);
    await until(
      `all ${bans} are asked for`,
      () => asked.every((times) => times.size >= bans) || undefined,
      TIMEOUT,
    ).catch((error: unknown) => {
      throw new Error(`${error}; ${asked.map(({ size }) => size)} are; ${hosts.map(({ output }) => output).join('')}`);
    });
    const lag = (Date.now() - end) / 1_000;
    // What comes twice may come late.
    await sleep(2);
    const isLost = (text: string) => !asked.every((times) => times.has(text));
    const lost = Array.from({ length: bans }, (_, n) => publishedAddress(n)).filter(isLost).length;
    const twice = asked.flatMap((times) => [...times.values()]).filter((count) => count > 1).length;
    const pids = hosts.map(({ pid = 0 }) => pid);
    const most = (of: (pid: number) => number) => Math.max(...pids.map(of));
    const figures = [
      ...[bans.toLocaleString('en'), ((end - begin) / 1_000).toFixed(1), again, lag.toFixed(1), lost, twice],
      ...[most(processorOf).toFixed(1), most((pid) => memoryOf(pid, 'VmHWM')).toFixed(0)],
    ];
    return `| ${figures.join(' | ')} |`;
  } finally {
    await scene.end();
  }
}

/** What an attacker of a host's own takes to get into its kernel, in turns without f2b-fleetd and with it at such a rate. */
export async function beside(rate: number): Promise<readonly string[]> {
  const scene = new Scene();
  try {
    const { lab, sites, systems } = await bootFleet(scene, FLEET_HOSTS);
    const [web1] = systems;
    await prepare(web1);
    const kernel = await KernelSets.listen(web1, /^inet firewalld f2b-/);
    const failures = await SshdFailures.start(web1);
    const child = await publishers(scene, lab, rate, sites.at(-1));
    const modes = ['without', 'with'] as const;
    const addresses = { without: new Set<string>(), with: new Set<string>() };
    let tried = 0;
    for (let half = 0; half < 2 * PAIRS; half += 1) {
      // Which of the two is first changes from pair to pair.
      const mode = modes[(half + (half >> 1)) % 2] ?? 'with';
      await web1.ask(`systemctl ${mode === 'with' ? 'start' : 'stop'} f2b-fleetd`);
      // What others ban goes on all the while, and nobody begins with what came before.
      child.send(SINGLES);
      const ended = answerOf(child);
      await sleep(3);
      for (let n = 0; n < SINGLES; n += 1) {
        const address = single(tried);
        tried += 1;
        failures.attack([address]);
        addresses[mode].add(address);
        if ((await kernel.held([address], TIMEOUT)) === undefined) throw new Error(`${address} was not banned`);
        await sleep(0.2 + ((n * 37) % 100) / 200);
      }
      await ended;
    }
    const last = await failures.lastFailures([...addresses.without, ...addresses.with]);
    return modes.map((mode) => {
      const times = [...addresses[mode]].map((one) => (kernel.firstSeen(one) ?? Number.NaN) - (last.get(one) ?? 0));
      times.sort((one, other) => one - other);
      const quantiles = [0.5, 0.9, 0.99].map((part) => quantile(times, part).toFixed(0));
      return `| ${[`${mode} f2b-fleetd`, rate, times.length, ...quantiles].join(' | ')} |`;
    });
  } finally {
    await scene.end();
  }
}
