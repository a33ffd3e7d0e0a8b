/** What very many bans of others that are in force do to a host's own attackers, beside a host that has none of them. */
import type { Container } from '../support/container.js';
import { bootFleet } from '../support/fleet-containers.js';
import { sleep } from '../support/process.js';
import { single } from './contender.js';
import { prepare } from './f2b.js';
import { FLEET_HOSTS, publishers } from './fleet-load.js';
import { KernelSets } from './kernel-sets.js';
import { quantile, Scene } from './scene.js';
import { answerOf } from './simulated.js';
import { SshdFailures } from './sshd-failures.js';

/** Bans of others a second, until so many are in force. */
const RATE = 1_000;
/** Own attackers of each host. */
const SINGLES = 120;
/** Seconds until the kernel holds an attacker, or all that others have banned. */
const TIMEOUT = 900;
/** Seconds in which both hosts come to rest. */
const REST = 20;

interface Side {
  readonly told: string;
  readonly system: Container;
  readonly kernel: KernelSets;
  /** The table beside firewalld, which drops packets before firewalld's sets are asked. */
  readonly guard: KernelSets;
  readonly failures: SshdFailures;
  readonly tried: string[];
}

async function sideOf(told: string, system: Container): Promise<Side> {
  await prepare(system);
  const kernel = await KernelSets.listen(system, /^inet firewalld f2b-/);
  const guard = await KernelSets.listen(system, /^inet f2b-guard /);
  return { told, system, kernel, guard, failures: await SshdFailures.start(system), tried: [] };
}

/** One attacker, until both hold it. */
async function attack({ kernel, guard, failures, tried }: Side, address: string): Promise<void> {
  failures.attack([address]);
  tried.push(address);
  for (const sets of [kernel, guard])
    if ((await sets.held([address], TIMEOUT)) === undefined) throw new Error(`${address} was not banned`);
}

async function rowOf({ told, kernel, guard, failures, tried }: Side, bans: number): Promise<string> {
  const last = await failures.lastFailures(tried);
  const quantiles = (seen: (address: string) => number) => {
    const times = tried.map((one) => seen(one) - (last.get(one) ?? 0));
    times.sort((one, other) => one - other);
    return [0.5, 0.9, 0.99].map((part) => quantile(times, part).toFixed(0));
  };
  const inSet = (sets: KernelSets, address: string) => sets.firstSeen(address) ?? Number.NaN;
  const dropped = quantiles((one) => Math.min(inSet(kernel, one), inSet(guard, one)));
  const ofFirewalld = quantiles((one) => inSet(kernel, one));
  return `| ${[told, bans.toLocaleString('en'), tried.length, ...dropped, ...ofFirewalld].join(' | ')} |`;
}

/** Two systems that have their own attackers in turns: one without f2b-fleetd, and one with so many bans of others. */
export async function inForce(bans: number): Promise<readonly string[]> {
  const scene = new Scene();
  try {
    const { lab, sites, systems } = await bootFleet(scene, FLEET_HOSTS);
    const [web1, web2] = systems;
    await web1.ask('systemctl stop f2b-fleetd');
    const without = await sideOf('without f2b-fleetd', web1);
    const loaded = await sideOf('with f2b-fleetd', web2);
    const child = await publishers(scene, lab, RATE, sites.at(-1));
    child.send(bans / RATE);
    await answerOf(child);
    const { kernel } = loaded;
    if ((await kernel.when(() => kernel.count >= bans, TIMEOUT)) === undefined)
      throw new Error(`the kernel holds ${kernel.count} addresses of ${bans} after ${TIMEOUT} s`);
    await sleep(REST);
    for (let n = 0; n < SINGLES; n += 1) {
      // Which of the two is first changes from pair to pair.
      const sides = n % 2 === 0 ? [without, loaded] : [loaded, without];
      for (const side of sides) {
        await attack(side, single(n));
        await sleep(0.2 + ((n * 37) % 100) / 200);
      }
    }
    return [await rowOf(without, 0), await rowOf(loaded, bans)];
  } finally {
    await scene.end();
  }
}
