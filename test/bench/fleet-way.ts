/** The way of a ban through a fleet: from the last failure on one host to the kernel of another, and to simulated members. */
import { execFileSync } from 'node:child_process';
import { bootFleet, type FleetContainers } from '../support/fleet-containers.js';
import type { Site } from '../support/nats-lab.js';
import { sleep, until } from '../support/process.js';
import { single } from './contender.js';
import { prepare } from './f2b.js';
import type { Order, Seen } from './fleet-members.js';
import { KernelSets } from './kernel-sets.js';
import { memoryOf, processorOf } from './process-figures.js';
import { quantile, Scene } from './scene.js';
import { answerOf, startSimulated } from './simulated.js';
import { SshdFailures } from './sshd-failures.js';

/** Bans of a row. */
const BANS = 100;
/** Seconds between two of them; more where one machine plays very many members. */
const between = (members: number) => (members > 200 ? 1 : 0.15);
/** Seconds until everybody has everything. */
const TIMEOUT = 200;
/** So long nothing is banned before, s. */
const REST = 10;

/** Simulated members with these names, connected, a process of them beside each server. */
async function startMembers(
  scene: Scene,
  { lab, sites }: FleetContainers,
  names: readonly string[],
  take: (seen: Seen) => void,
): Promise<readonly number[]> {
  const share = Math.ceil(names.length / sites.length);
  const children = sites.map((site, index) => {
    const order: Order = {
      ...{ servers: lab.placesIn(site), caFile: lab.caFile, replicas: lab.size },
      hosts: names.slice(index * share, (index + 1) * share).map((name) => ({ name, seed: lab.host(name).seed })),
    };
    return startSimulated(scene, 'fleet-members', order, site);
  });
  await Promise.all(children.map(answerOf));
  for (const child of children) child.on('message', (all: readonly Seen[]) => all.forEach(take));
  return children.map(({ pid = 0 }) => pid);
}

/** What was used so far: processor of the servers and of the simulated members, s, and bytes between them. */
interface Used {
  readonly servers: number;
  readonly players: number;
  readonly bytes: number;
}

function usedBy({ lab, sites }: FleetContainers, players: readonly number[]): Used {
  const sum = <T>(all: readonly T[], of: (one: T) => number) => all.reduce((total, one) => total + of(one), 0);
  return { servers: sum(lab.pids, processorOf), players: sum(players, processorOf), bytes: sum(sites, loopbackBytes) };
}

/** Members reach their server over it. */
function loopbackBytes({ namespace }: Site): number {
  const text = execFileSync('ip', ['netns', 'exec', namespace, 'cat', '/proc/net/dev'], { encoding: 'utf8' });
  return Number(/^\s*lo:\s*(\d+)/m.exec(text)?.[1]);
}

/** Of times in any order, ms. */
function middleAndLast(times: readonly number[]): readonly string[] {
  const sorted = [...times].sort((one, other) => one - other);
  return [quantile(sorted, 0.5), quantile(sorted, 0.99)].map((time) => time.toFixed(0));
}

/** A row of the table: what it takes from the last failure on web1. */
export async function way(members: number): Promise<string> {
  const scene = new Scene();
  try {
    const names = Array.from({ length: members }, (_, n) => `m${n}`);
    const fleet = await bootFleet(scene, names);
    const [web1, web2] = fleet.systems;
    await prepare(web1);
    const kernels = await Promise.all([web1, web2].map((one) => KernelSets.listen(one, /^inet firewalld f2b-/)));
    const failures = await SshdFailures.start(web1);
    const seen: Seen[] = [];
    const players = await startMembers(scene, fleet, names, (one) => seen.push(one));
    const atRest = usedBy(fleet, players);
    await sleep(REST);
    const before = usedBy(fleet, players);
    const addresses = Array.from({ length: BANS }, (_, n) => single(n));
    for (const address of addresses) {
      failures.attack([address]);
      await sleep(between(members));
    }
    const haveAll = () =>
      seen.length >= BANS * members && kernels.every((one) => addresses.every((text) => one.holds(text)));
    await until(`all have ${BANS} bans`, () => haveAll() || undefined, TIMEOUT).catch((error: unknown) => {
      throw new Error(`${error}; kernels have ${kernels.map(({ count }) => count)}, members ${seen.length}`);
    });
    const after = usedBy(fleet, players);
    if (seen.length !== BANS * members) throw new Error(`members banned ${seen.length} times`);
    const begun = await failures.lastFailures(addresses);
    const since = (address: string, at = Number.NaN) => at - (begun.get(address) ?? Number.NaN);
    const times = [
      ...kernels.map((kernel) => addresses.map((address) => since(address, kernel.firstSeen(address)))),
      seen.map(([address, at]) => since(address, at)),
    ].flatMap(middleAndLast);
    return `| ${[members.toLocaleString('en'), ...times, ...costs(fleet, members, [atRest, before, after])].join(' | ')} |`;
  } finally {
    await scene.end();
  }
}

/** Of a ban: processor of the servers, of a simulated member, and bytes for it; at rest: processor of the servers; their memory. */
function costs({ lab }: FleetContainers, members: number, [atRest, before, after]: readonly [Used, Used, Used]) {
  const each = (of: (used: Used) => number, by: number) => (of(after) - of(before)) / by;
  return [
    (each(({ servers }) => servers, BANS) * 1_000).toFixed(1),
    (each(({ players }) => players, BANS * members) * 1_000).toFixed(2),
    each(({ bytes }) => bytes, BANS * members).toFixed(0),
    (((before.servers - atRest.servers) / REST) * 1_000).toFixed(0),
    Math.max(...lab.pids.map((pid) => memoryOf(pid, 'VmHWM'))).toFixed(0),
  ];
}
