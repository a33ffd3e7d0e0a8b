/** Prints what a fleet takes from a ban on one host to the others, as tables for BENCHMARKS.md. */
import { encodeContent } from '../../src/fleet/messages/message.js';
import { subjectText } from '../../src/fleet/messages/subject.js';
import { openSession } from '../../src/nats/session.js';
import { anAddress } from '../fakes/values.js';
import { FleetHost } from '../support/fleet-lab.js';
import { NatsLab } from '../support/nats-lab.js';
import { sleep, until } from '../support/process.js';
import { inForce } from './fleet-in-force.js';
import { beside, flood } from './fleet-load.js';
import { way } from './fleet-way.js';
import { loadText, machineText } from './machine-text.js';
import { memoryOf, processorOf } from './process-figures.js';
import { publishedAddress } from './published-address.js';
import { Scene } from './scene.js';

const HOUR = 3_600_000_000;
/** Published at a time. */
const PORTION = 500;
/** Seconds until everybody has everything. */
const TIMEOUT = 300;

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
          const address = anAddress(publishedAddress(from + n));
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
    await until(`all ${bans} are asked for`, () => held >= bans || undefined, TIMEOUT);
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

const tables = {
  way: {
    head: [
      ...['simulated members', 'kernel of the same host: median, ms', '99th percentile', 'of the other: median, ms'],
      ...['99th percentile', 'simulated: median, ms', '99th percentile', 'of a ban: processor of the servers, ms'],
      ...['of a simulated member, ms', 'bytes for a member', 'at rest: processor of the servers, ms a second'],
      'memory of one, MB',
    ],
    usual: [10, 100, 1_000],
    rows: async (members: number) => [await way(members)],
  },
  joining: {
    head: ['bans in force', 'until the agent was asked for all, s', 'processor, s', 'peak, MB', 'later', 'of its own'],
    usual: [20_000, 100_000],
    rows: async (bans: number) => [await joining(bans)],
  },
  flood: {
    head: [
      ...['bans', 'published in, s', 'sent again', 'all asked for after that, s', 'lost', 'asked for twice'],
      ...['processor of f2b-fleetd, s', 'its peak, MB'],
    ],
    usual: [1_000],
    rows: async (rate: number) => [await flood(rate, 60)],
  },
  beside: {
    head: [
      ...['own attackers', 'bans of others a second', 'of them', 'failure to kernel: median, ms', '90th'],
      '99th percentile',
    ],
    usual: [1, 10],
    rows: beside,
  },
  inforce: {
    head: [
      ...['own attackers', 'bans of others in force', 'of them', 'failure to the first set that drops: median, ms'],
      ...['90th', '99th percentile', 'to firewalld’s set: median, ms', '90th', '99th percentile'],
    ],
    usual: [100_000],
    rows: inForce,
  },
} as const;

const [only, ...given] = process.argv.slice(2);
console.log(machineText(), '\n');
for (const [name, { head, usual, rows }] of Object.entries(tables)) {
  if (only !== undefined && only !== name) continue;
  console.log(`| ${head.join(' | ')} |\n|${' --: |'.repeat(head.length)}`);
  for (const size of given.length > 0 ? given.map(Number) : usual) for (const row of await rows(size)) console.log(row);
  console.log();
}
console.log(loadText());
