/** Prints what many jails cost: the start, a reload and a hundred of them, and each entry; a table for BENCHMARKS.md. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AgentClient, agentClient } from '../../src/control/client.js';
import { Bus } from '../../src/dbus/bus.js';
import { systemClock } from '../../src/host/system-clock.js';
import { BusDaemon, strictConfiguration } from '../support/bus-daemon.js';
import { writeJournal } from '../support/journal-files.js';
import { repository } from '../support/repository.js';
import { launchEnvironment, launchOptions, type RunningAgent, startAgent } from './agent-process.js';
import { loadText, machineText } from './machine-text.js';

const [jails = 0] = process.argv.slice(2).map(Number);
const RELOADS = Math.min(100, jails);
const ENTRIES = 20_000;
const START = 1_700_000_000_000_000;
/** Heaps come to rest after the last reload, ms. */
const REST = 3_000;

/** Twenty filters: sshd's, with all its options. */
const filters = ['normal', 'ddos', 'extra', 'aggressive'].flatMap((mode) =>
  ['nofail', 'invalid', 'any', 'ignore', 'nofail, usedns=no'].map((key) => `sshd[mode=${mode}, publickey=${key}]`),
);

/** How the jails are made, and which unit the entry `n` is of. */
interface Crowd {
  readonly name: string;
  readonly jail: (n: number) => string;
  readonly unitOf: (n: number) => string;
}

const crowds: readonly Crowd[] = [
  { name: 'one jail', jail: () => jailFile('sshd', '*.service'), unitOf: (n) => `app${n % jails}.service` },
  {
    name: 'of one filter, each of its own unit',
    jail: (n) => jailFile('sshd', `app${n}.service`),
    unitOf: (n) => `app${n % jails}.service`,
  },
  {
    name: 'of twenty filters, ten of each unit',
    jail: (n) => jailFile(filters[n % filters.length] ?? '', `app${Math.floor(n / 10)}.service`),
    unitOf: (n) => `app${n % Math.ceil(jails / 10)}.service`,
  },
];

function jailFile(filter: string, unit: string): string {
  return `[Jail]\nFilter=${filter}\n[Journal]\nUnit=${unit}\n`;
}

type Figures = Map<string, string>;

const megabytes = (value: number): string => `${value.toFixed(0)} MB`;
const seconds = (value: number): string => `${value.toFixed(2)} s`;

/** The longest that an answer took while `work` went on, s. */
async function longestAnswer(client: AgentClient, work: () => Promise<void>): Promise<number> {
  let isDone = false;
  let longest = 0;
  const working = work().finally(() => {
    isDone = true;
  });
  while (!isDone) {
    const asked = performance.now();
    await client.allowances();
    longest = Math.max(longest, performance.now() - asked);
  }
  await working;
  return longest / 1000;
}

async function measureReloads(agent: RunningAgent, client: AgentClient, figures: Figures): Promise<void> {
  await client.reload();
  const began = performance.now();
  const longest = await longestAnswer(client, () => client.reload());
  figures.set('a reload', seconds((performance.now() - began) / 1000));
  figures.set('the longest answer meanwhile', seconds(longest));
  const before = agent.anonymous();
  for (let n = 0; n < RELOADS; n += 1) await client.reload();
  await new Promise((resolve) => setTimeout(resolve, REST));
  figures.set(`own memory after ${RELOADS} more`, `${megabytes(agent.anonymous())}, before ${megabytes(before)}`);
}

async function measureAgent(folder: string, figures: Figures): Promise<void> {
  const daemon = new BusDaemon(strictConfiguration(join(repository, 'debian/org.f2b.Agent1.conf')));
  await daemon.start();
  const bus = new Bus(daemon.address, systemClock);
  try {
    const agent = await startAgent(folder, join(folder, 'state'), daemon.address);
    const { wall, processor, resident, peak } = agent.start;
    figures.set('start until the journal is followed', `${seconds(wall)} (processor ${seconds(processor)})`);
    figures.set('resident memory then, at most until then', `${megabytes(resident)}, ${megabytes(peak)}`);
    const client = agentClient(bus);
    const asked = performance.now();
    await client.status();
    figures.set('status', seconds((performance.now() - asked) / 1000));
    await measureReloads(agent, client, figures);
    await agent.stop();
  } finally {
    bus.close();
    await daemon.remove();
  }
}

/** Reads the journal to its end with all of these jails. */
async function measureEntries(folder: string, figures: Figures): Promise<void> {
  const folders = ['config', 'journal'].flatMap((name) => [`--${name}-directory`, join(folder, name)]);
  const program = [join(repository, 'dist/f2bd.js'), '--dry-run', '--until-idle', '--state-directory'];
  const began = performance.now();
  const command = [...launchOptions(), ...program, join(folder, 'other-state'), ...folders];
  const agent = spawn('time', ['-f', '%U %S %M', '-o', join(folder, 'times'), 'node', ...command], {
    env: { ...process.env, ...launchEnvironment() },
    stdio: 'ignore',
  });
  const [status] = await once(agent, 'close');
  if (status !== 0) throw new Error(`the agent ended with status ${String(status)}`);
  const wall = (performance.now() - began) / 1000;
  const [user = 0, system = 0, peak = 0] = readFileSync(join(folder, 'times'), 'utf8').trim().split(' ').map(Number);
  figures.set(`${ENTRIES.toLocaleString('en')} entries, from the start`, seconds(wall));
  figures.set('processor time of that', seconds(user + system));
  figures.set('most resident memory', megabytes(peak / 1024));
}

function prepare(folder: string, { jail, unitOf, name }: Crowd): void {
  mkdirSync(join(folder, 'config/units'), { recursive: true });
  mkdirSync(join(folder, 'journal'));
  writeFileSync(join(folder, 'config/f2bd.conf'), '');
  const count = name === 'one jail' ? 1 : jails;
  for (let n = 0; n < count; n += 1) writeFileSync(join(folder, `config/units/jail${n}.conf`), jail(n));
  const fields = (n: number) => ({
    _SYSTEMD_UNIT: unitOf(n),
    _HOSTNAME: 'server',
    SYSLOG_IDENTIFIER: 'sshd',
    SYSLOG_PID: `${1000 + (n % 30_000)}`,
    MESSAGE: `Failed password for root from 10.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255} port 4711 ssh2`,
  });
  writeJournal(
    join(folder, 'journal/app.journal'),
    Array.from({ length: ENTRIES }, (_none, n) => ({ receivedAt: START + 1000 * n, fields: fields(n) })),
  );
}

async function measureCrowd(crowd: Crowd): Promise<Figures> {
  const folder = mkdtempSync(join(tmpdir(), `f2b-bench-jails-${process.pid}-`));
  const figures: Figures = new Map();
  try {
    prepare(folder, crowd);
    await measureEntries(folder, figures);
    await measureAgent(folder, figures);
    return figures;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const columns: Figures[] = [];
for (const crowd of crowds) columns.push(await measureCrowd(crowd));
console.log(`${machineText()},`);
console.log(`load ${loadText()} from other work and this.\n`);
console.log(`| ${jails.toLocaleString('en')} jails | ${crowds.map(({ name }) => name).join(' | ')} |`);
console.log(`| :-- |${' --: |'.repeat(crowds.length)}`);
for (const what of columns[0]?.keys() ?? [])
  console.log(`| ${what} | ${columns.map((figures) => figures.get(what)).join(' | ')} |`);
