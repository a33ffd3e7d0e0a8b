/** Prints what counting failures together takes, as a table for BENCHMARKS.md, and fails when it bans anybody else than it should. */
import type { ChildProcess } from 'node:child_process';
import { FleetHost } from '../support/fleet-lab.js';
import { NatsLab } from '../support/nats-lab.js';
import { sleep, until } from '../support/process.js';
import type { Begin, FailingOrder, Planned, Told } from './fleet-failing.js';
import { loadText, machineText } from './machine-text.js';
import { memoryOf, processorOf } from './process-figures.js';
import { quantile, Scene } from './scene.js';
import { answerOf, startSimulated } from './simulated.js';

const SECOND = 1_000_000;
/** Of each host. */
const PER_SECOND = 5;
/** How long they fail, s. */
const LASTING = 60;
const MAXRETRY = 10;
const FINDTIME = 40;
const PROCESSES = 4;
const COUNTERS = ['count0', 'count1', 'count2'];
/** Seconds until everybody has everything. */
const TIMEOUT = 240;

/** mulberry32: the same plan in each run. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Which host has which failures, in the order of time. Of a thousand failures one is of the few who come again and again;
 * the others are of so many addresses that some of them happen to reach the limit, and many nearly do.
 */
function plan(hosts: number): readonly (readonly Planned[])[] {
  const random = numbers(7);
  const many = hosts * 60;
  const few = Math.ceil(hosts / 20);
  const address = () => {
    const index = random() < 0.005 ? many + Math.floor(random() * few) : Math.floor(random() * many);
    return `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`;
  };
  return Array.from({ length: hosts }, () =>
    Array.from(
      { length: PER_SECOND * LASTING },
      (): Planned => [address(), Math.floor(random() * LASTING * SECOND)],
    ).sort(([, one], [, other]) => one - other),
  );
}

/** Whom one window over all failures bans, and after how many µs: each window is looked at by itself. */
function bruteForce(planned: readonly (readonly Planned[])[]): ReadonlyMap<string, number> {
  const all = new Map<string, { readonly host: number; readonly after: number }[]>();
  for (const [host, failures] of planned.entries())
    for (const [text, after] of failures) all.set(text, [...(all.get(text) ?? []), { host, after }]);
  const banned = new Map<string, number>();
  for (const [text, failures] of all) {
    const ends = failures.map(({ after }) => after).sort((one, other) => one - other);
    const end = ends.find((one) => {
      const window = failures.filter(({ after }) => after > one - FINDTIME * SECOND && after <= one);
      return window.length >= MAXRETRY && new Set(window.map(({ host }) => host)).size >= 2;
    });
    if (end !== undefined) banned.set(text, end);
  }
  return banned;
}

async function startHosts(scene: Scene, lab: NatsLab, planned: readonly (readonly Planned[])[]) {
  const share = Math.ceil(planned.length / PROCESSES);
  const children: ChildProcess[] = [];
  for (let from = 0; from < planned.length; from += share) {
    const order: FailingOrder = {
      ...{ servers: lab.places, caFile: lab.caFile },
      hosts: planned.slice(from, from + share).map((failures, n) => {
        return { name: `m${from + n}`, seed: lab.host(`m${from + n}`).seed, planned: failures };
      }),
    };
    children.push(startSimulated(scene, 'fleet-failing', order));
  }
  await Promise.all(children.map(answerOf));
  return children;
}

async function counting(hosts: number): Promise<string> {
  const scene = new Scene();
  try {
    const planned = plan(hosts);
    const expected = bruteForce(planned);
    const names = planned.map((_, n) => `m${n}`);
    const lab = await NatsLab.start(scene, [...COUNTERS, ...names]);
    const counters: FleetHost[] = [];
    const config = `Count=yes\n[Count]\nMaxRetry=${MAXRETRY}\nFindTime=${FINDTIME}s\nBanTime=1h`;
    const latencies: number[] = [];
    let begin = 0;
    for (const name of COUNTERS) {
      const counter = await FleetHost.create(scene, lab, name, config);
      const asked = new Set<string>();
      const { report } = counter.agent;
      counter.agent.report = (reports, by) => {
        for (const { address } of reports.filter((one) => !asked.has(one.address.text))) {
          latencies.push(Date.now() - (begin + (expected.get(address.text) ?? Number.NaN)) / 1_000);
          asked.add(address.text);
        }
        return report(reports, by);
      };
      counters.push(counter);
    }
    await Promise.all(counters.map((counter) => counter.start()));
    const children = await startHosts(scene, lab, planned);
    begin = Date.now() * 1_000 + 2 * SECOND;
    const ends = children.map(answerOf<Told>);
    for (const child of children) child.send({ begin } satisfies Begin);
    const told = await Promise.all(ends);
    const banned = (counter: FleetHost) => new Set(counter.fromFleet.map((text) => text.split(': ')[0] ?? ''));
    const isExact = (counter: FleetHost) => {
      const found = banned(counter);
      return found.size === expected.size && [...expected.keys()].every((text) => found.has(text));
    };
    await until('all have banned whom they should', () => counters.every(isExact) || undefined, TIMEOUT).catch(
      (error: unknown) => {
        const figures = counters.map((counter) => {
          const found = banned(counter);
          const missing = [...expected.keys()].filter((text) => !found.has(text)).length;
          return `${counter.name}: ${missing} are missing, ${found.size - (expected.size - missing)} too many`;
        });
        throw new Error(`${error}; of ${expected.size}: ${figures.join('; ')}; ${counters[0]?.output}`);
      },
    );
    // Whom they ban wrongly they would have banned by now.
    await sleep(10);
    if (!counters.every(isExact)) throw new Error('somebody was banned who should not have been');
    const pids = counters.map(({ pid = 0 }) => pid);
    latencies.sort((one, other) => one - other);
    const most = (of: (pid: number) => number) => Math.max(...pids.map(of));
    const figures = [
      ...[hosts, told.reduce((sum, { failures }) => sum + failures, 0), expected.size].map((n) =>
        n.toLocaleString('en'),
      ),
      ...[quantile(latencies, 0.5).toFixed(0), quantile(latencies, 0.99).toFixed(0)],
      ...[Math.max(...told.map(({ longest }) => longest)), most(processorOf).toFixed(1)],
      most((pid) => memoryOf(pid, 'VmHWM')).toFixed(0),
    ];
    return `| ${figures.join(' | ')} |`;
  } finally {
    await scene.end();
  }
}

const sizes = process.argv.slice(2).map(Number);
console.log(machineText(), '\n');
console.log(
  '| hosts | failures | bans, exactly those | median after the last failure, ms | 99th percentile | longest answer of the server, ms | processor of a counter, s | its peak, MB |',
);
console.log('| --: | --: | --: | --: | --: | --: | --: | --: |');
for (const hosts of sizes.length > 0 ? sizes : [10, 100, 1_000]) console.log(await counting(hosts));
console.log('\n', loadText());
