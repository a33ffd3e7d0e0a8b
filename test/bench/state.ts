/**
 * Prints what a large state costs: its file, the start of the agent, decisions, and looking after it; a table for
 * BENCHMARKS.md.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDecider, type Decider, PORTION } from '../../src/core/deciding/decider.js';
import type { Store } from '../../src/ports/store.js';
import { openStore } from '../../src/store/sqlite.js';
import { BusDaemon, strictConfiguration } from '../support/bus-daemon.js';
import { DAY, jail, MINUTE } from '../support/core.js';
import { repository } from '../support/repository.js';
import { addressOf, cursorOf, MEMORY, makeState } from '../support/state-content.js';
import { startAgent } from './agent-process.js';
import { loadText, machineText } from './machine-text.js';

const [bans = 0, offenders = 0] = process.argv.slice(2).map(Number);
/** Five for each new offender: with those there are more than 2^20, where the table of a million grows. */
const DECISIONS = 300_000;
/** So many attackers fail in turn. */
const WAVE = 1_000;
const HOUR = 60 * MINUTE;
const FIVE_YEARS = 5 * 365 * DAY;

interface Figure {
  readonly what: string;
  readonly value: string;
  readonly target: string;
}

const figures: Figure[] = [];
function note(what: string, value: string, target = ''): void {
  figures.push({ what, value, target });
}

const seconds = (value: number): string => `${value.toFixed(2)} s`;
const megabytes = (value: number): string => `${value.toFixed(0)} MB`;
const sizeOf = (state: string): string => megabytes(statSync(join(state, 'state.sqlite')).size / 1e6);

/** Wall and processor time of `work`, this process's own. */
async function timed<T>(work: () => Promise<T>): Promise<{ readonly result: T; readonly text: string }> {
  const [began, used] = [performance.now(), process.cpuUsage()];
  const result = await work();
  const { user, system } = process.cpuUsage(used);
  const wall = (performance.now() - began) / 1000;
  return { result, text: `${seconds(wall)} (processor ${seconds((user + system) / 1e6)})` };
}

function f2bctl(...argv: readonly string[]): string {
  const began = performance.now();
  const program = [join(repository, 'dist/f2bctl.js'), ...argv];
  execFileSync('node', program, { stdio: ['ignore', 'ignore', 'inherit'], env: process.env });
  return seconds((performance.now() - began) / 1000);
}

async function measureAgent(folder: string, state: string): Promise<void> {
  const bus = new BusDaemon(strictConfiguration(join(repository, 'debian/org.f2b.Agent1.conf')));
  await bus.start();
  try {
    const agent = await startAgent(folder, state, bus.address);
    const { wall, processor, resident, peak } = agent.start;
    note('start until the journal is followed', `${seconds(wall)} (processor ${seconds(processor)})`, 'under 3 s');
    note('resident memory then', megabytes(resident), 'under 200 MB');
    note('most resident memory until then', megabytes(peak), 'under 200 MB');
    process.env['DBUS_SYSTEM_BUS_ADDRESS'] = bus.address;
    note('`f2bctl status`', f2bctl('status'));
    note(`\`f2bctl bans\`, ${bans.toLocaleString('en')}`, f2bctl('bans'));
    note('resident memory after that', megabytes(agent.resident()), 'under 200 MB');
    await agent.stop();
  } finally {
    await bus.remove();
  }
}

/** A decider that remembers the state, as the agent's does. */
async function load(store: Store): Promise<Decider> {
  const increment = { factor: 1, multipliers: [], maxtime: DAY, random: 0, allJails: false };
  const decider = createDecider({
    jails: [jail({ name: 'ssh.service', maxretry: 5, offenderMemory: MEMORY, increment })],
    random: () => 0.5,
    spared: () => undefined,
  });
  await store.load(() => (part) => decider.remember(part));
  return decider;
}

function measureDecisions(decider: Decider, now: number): void {
  const times = new Float64Array(DECISIONS);
  for (let n = 0; n < DECISIONS; n += 1) {
    const cursor = cursorOf(n, now);
    const address = addressOf(offenders + WAVE * Math.floor(n / (5 * WAVE)) + (n % WAVE));
    const failure = { jail: 'ssh.service', address, at: now + n, cursor, evidence: [cursor], count: 1 };
    const began = performance.now();
    decider.failure(failure);
    times[n] = performance.now() - began;
  }
  times.sort();
  const at = (share: number): string => `${((times[Math.floor(share * (DECISIONS - 1))] ?? 0) * 1000).toFixed(1)} µs`;
  note(`${DECISIONS.toLocaleString('en')} decisions: median`, at(0.5), 'under 1 ms');
  note('99 of 100', at(0.99), 'under 1 ms');
  note('the slowest of them', at(1), 'under 1 ms');
  note('above 1 ms', `${times.filter((time) => time > 1).length}`, 'none');
}

/** Everything has ended, as after a very long stop; taken and stored in portions as the agent does. */
async function purge(decider: Decider, store: Store, at: number): Promise<void> {
  for (let ended = decider.expire(at, PORTION); ; ended = decider.expire(at, PORTION)) {
    await store.commit(undefined, ended);
    if (ended.length < PORTION) return;
  }
}

async function measureStore(state: string, now: number): Promise<void> {
  const raise = (error: Error) => {
    throw error;
  };
  const store = await openStore({ directory: state, report: raise });
  const { result: decider, text } = await timed(() => load(store));
  note('of the start: reading the state', text);
  measureDecisions(decider, now);
  // The first of them end a day from now: by then those of two hours, one after the other.
  decider.expire(now + DAY + HOUR);
  const look = await timed(async () => decider.expire(now + DAY + 2 * HOUR).length);
  note(`the hourly look at all offenders, of whom ${look.result.toLocaleString('en')} ended`, look.text);
  note('all ended at once, in portions', (await timed(() => purge(decider, store, now + FIVE_YEARS))).text);
  await store.close();
}

const now = Date.now() * 1000;
const folder = mkdtempSync(join(tmpdir(), `f2b-bench-state-${process.pid}-`));
const state = join(folder, 'state');
try {
  mkdirSync(join(folder, 'journal'));
  mkdirSync(join(folder, 'config/units'), { recursive: true });
  writeFileSync(join(folder, 'config/f2bd.conf'), '');
  writeFileSync(join(folder, 'config/units/ssh.service.conf'), '[Jail]\nFilter=sshd\n[Journal]\nUnit=ssh.service\n');
  await makeState(state, { bans, offenders, now });
  note('state.sqlite', sizeOf(state));
  await measureAgent(folder, state);
  const own = ['--state-directory', state];
  note('`f2bctl state check`', f2bctl('state', 'check', ...own));
  note('`f2bctl state export`', f2bctl('state', 'export', ...own));
  note('`f2bctl state vacuum`', f2bctl('state', 'vacuum', ...own));
  note('state.sqlite then', sizeOf(state));
  await measureStore(state, now);
  note('state.sqlite after all ended', sizeOf(state));
  note('`f2bctl state vacuum` of that', f2bctl('state', 'vacuum', ...own));
  note('state.sqlite then', sizeOf(state));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log(`${machineText()},`);
console.log(`load ${loadText()} from other work and this.\n`);
console.log('| what | measured | target |\n| :-- | --: | --: |');
for (const { what, value, target } of figures) console.log(`| ${what} | ${value} | ${target} |`);
