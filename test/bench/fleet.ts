/** Prints what a fleet takes from a ban on one host to the others, as tables for BENCHMARKS.md. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { encodeContent } from '../../src/fleet/messages/message.js';
import { subjectText } from '../../src/fleet/messages/subject.js';
import { openSession } from '../../src/nats/session.js';
import { anAddress } from '../fakes/values.js';
import { FleetHost } from '../support/fleet-lab.js';
import { NatsLab } from '../support/nats-lab.js';
import { sleep, until } from '../support/process.js';
import { repository } from '../support/repository.js';
import type { Order, Seen } from './fleet-members.js';
import { loadText, machineText } from './machine-text.js';
import { memoryOf, processorOf } from './process-figures.js';
import { quantile, Scene } from './scene.js';

/** Bans of a row, and the time between two of them, s. */
const BANS = 100;
const BETWEEN = 0.15;
const PROCESSES = 4;
const HOUR = 3_600_000_000;
/** Published at a time. */
const PORTION = 500;
/** Seconds until everybody has everything. */
const PATIENCE = 300;

function addressOf(index: number): string {
  return `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`;
}

/** Simulated members with these names, connected. */
async function startMembers(scene: Scene, lab: NatsLab, names: readonly string[], seen: (seen: Seen) => void) {
  const program = join(repository, 'build/test/test/bench/fleet-members.js');
  const share = Math.ceil(names.length / PROCESSES);
  const children: ChildProcess[] = [];
  for (let from = 0; from < names.length; from += share) {
    const child = fork(program);
    scene.after(() => child.kill());
    const order: Order = {
      ...{ servers: lab.places, caFile: lab.caFile },
      hosts: names.slice(from, from + share).map((name) => ({ name, seed: lab.host(name).seed })),
    };
    child.send(order);
    children.push(child);
  }
  await Promise.all(children.map((child) => once(child, 'message')));
  for (const child of children) child.on('message', (message: Seen) => seen(message));
}

/** From before web1's journal is written until the agent of web2 is asked, and until each simulated member bans. */
async function latency(members: number): Promise<string> {
  const scene = new Scene();
  try {
    const names = Array.from({ length: members }, (_, n) => `m${n}`);
    const lab = await NatsLab.start(scene, ['web1', 'web2', ...names]);
    const [real, simulated]: [number[], number[]] = [[], []];
    const begun = new Map<string, number>();
    const note = (all: number[], text: string, at: number) => void all.push(at - (begun.get(text) ?? Number.NaN));
    // The agent is asked anew whenever all is compared.
    const asked = new Set<string>();
    await startMembers(scene, lab, names, ({ address, at }) => note(simulated, address, at));
    const [web1, web2] = [await FleetHost.create(scene, lab, 'web1'), await FleetHost.create(scene, lab, 'web2')];
    web2.agent.report = async (reports) => {
      for (const { address } of reports) {
        if (!asked.has(address.text)) note(real, address.text, Date.now());
        asked.add(address.text);
      }
      return [];
    };
    await Promise.all([web1.start(), web2.start()]);
    for (let n = 0; n < BANS; n += 1) {
      begun.set(addressOf(n), Date.now());
      web1.bans([addressOf(n)]);
      await sleep(BETWEEN);
    }
    const missing = () => BANS * (members + 1) - real.length - simulated.length;
    await until(`all have ${BANS} bans`, () => missing() === 0 || undefined, PATIENCE).catch((error: unknown) => {
      throw new Error(`${error}; ${missing()} of them are missing; f2b-fleetd said: ${web1.output}${web2.output}`);
    });
    const figures = [real, simulated].flatMap((all) => {
      all.sort((one, other) => one - other);
      return [quantile(all, 0.5), quantile(all, 0.99)];
    });
    return `| ${[members.toLocaleString('en'), ...figures].join(' | ')} |`;
  } finally {
    await scene.end();
  }
}

/** What a host takes that joins when so many bans are in force. */
async function joining(bans: number): Promise<string> {
  const scene = new Scene();
  try {
    const lab = await NatsLab.start(scene, ['web1', 'web2']);
    const session = await openSession(lab.optionsOf('web1'));
    scene.after(() => session.close());
    const at = Date.now() * 1_000;
    const data = encodeContent({ kind: 'ban', at, since: at, until: at + HOUR });
    for (let from = 0; from < bans; from += PORTION)
      await Promise.all(
        Array.from({ length: Math.min(PORTION, bans - from) }, (_, n) => {
          const address = anAddress(addressOf(from + n));
          const subject = subjectText({ kind: 'ban', host: 'web1', jail: 'ssh.service', address });
          return session.publish(subject, data, `${from + n}`);
        }),
      );
    const room = 'MaxBansPerHost=1000000\nMaxBansPerMinute=1000000\nMaxBans=1000000';
    const web2 = await FleetHost.create(scene, lab, 'web2', room);
    let held = 0;
    web2.agent.report = async (reports) => {
      held += reports.length;
      return [];
    };
    const begin = Date.now();
    web2.launch();
    await until(`all ${bans} are asked for`, () => held >= bans || undefined, PATIENCE);
    const seconds = (Date.now() - begin) / 1_000;
    const { pid = 0 } = web2;
    await sleep(2);
    const figures = [seconds.toFixed(1), processorOf(pid).toFixed(1)];
    const memory = (['VmHWM', 'VmRSS', 'RssAnon'] as const).map((name) => memoryOf(pid, name).toFixed(0));
    return `| ${[bans.toLocaleString('en'), ...figures, ...memory].join(' | ')} |`;
  } finally {
    await scene.end();
  }
}

const [first, ...rest] = process.argv.slice(2).map(Number);
console.log(machineText(), '\n');
console.log(
  '| simulated members | f2b-fleetd: median, ms | 99th percentile | simulated: median, ms | 99th percentile |',
);
console.log('| --: | --: | --: | --: | --: |');
for (const members of first === undefined ? [10, 100, 1_000] : [first]) console.log(await latency(members));
console.log(
  '\n| bans in force | until the agent was asked for all, s | processor, s | peak, MB | later | of its own |',
);
console.log('| --: | --: | --: | --: | --: | --: |');
for (const bans of first === undefined ? [20_000, 100_000] : rest) console.log(await joining(bans));
console.log('\n', loadText());
