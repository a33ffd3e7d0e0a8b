/** Prints what it takes f2bctl to answer, beside fail2ban-client: a table for BENCHMARKS.md. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BusDaemon, strictConfiguration } from '../support/bus-daemon.js';
import { run, until } from '../support/process.js';
import { repository } from '../support/repository.js';
import { makeState } from '../support/state-content.js';
import { startAgent } from './agent-process.js';
import { bansByHand } from './bans-by-hand.js';
import { fillAddresses } from './contender.js';
import { eventJournal } from './event-journal.js';
import { withFail2ban } from './fail2ban-server.js';
import { loadText, machineText } from './machine-text.js';
import { measure, plainEnvironment } from './measure.js';
import { sshdJournal } from './sshd-journal.js';

const [bans = 0, megabytes = 0] = process.argv.slice(2).map(Number);
const SOME = 1_000;
/** So many are banned in one call. */
const MANY = 10_000;
/** The best of so many runs. */
const ROUNDS = 7;

const f2bctl = (...words: readonly string[]) => ['node', join(repository, 'dist/f2bctl.js'), ...words];
const milliseconds = (seconds: number): string => (seconds * 1_000).toFixed(0);

function row(what: string, seconds: number, processor: string, target = ''): void {
  console.log(`| ${what} | ${milliseconds(seconds)} | ${processor} | ${target} |`);
}

/** Wall and processor time of a command, each the best of some runs. */
async function best(what: string, command: readonly string[], target = '', env: NodeJS.ProcessEnv = {}): Promise<void> {
  let [seconds, processor] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let round = 0; round < ROUNDS; round += 1) {
    const measured = await measure(command, { env });
    seconds = Math.min(seconds, measured.seconds);
    processor = Math.min(processor, measured.processor);
  }
  row(what, seconds, milliseconds(processor), target);
}

/** How long it is until a command has written something, in seconds; it is ended then. */
async function firstOutput([program = '', ...words]: readonly string[]): Promise<number> {
  const began = performance.now();
  const child = spawn(program, words, { env: plainEnvironment(), stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'close');
  await once(child.stdout, 'data');
  const seconds = (performance.now() - began) / 1_000;
  child.kill('SIGKILL');
  await ended;
  return seconds;
}

async function bestFirst(what: string, command: readonly string[], target = ''): Promise<void> {
  let seconds = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round += 1) seconds = Math.min(seconds, await firstOutput(command));
  row(what, seconds, '', target);
}

/** Runs `work` with an agent that has so many bans; `env` leads to it. */
async function withBans(count: number, work: (env: NodeJS.ProcessEnv) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'f2b-bench-'));
  const bus = new BusDaemon(strictConfiguration(join(repository, 'debian/org.f2b.Agent1.conf')));
  await bus.start();
  try {
    for (const name of ['config', 'journal', 'state']) mkdirSync(join(folder, name));
    writeFileSync(join(folder, 'config/f2bd.conf'), '');
    await makeState(join(folder, 'state'), { bans: count, offenders: count, now: Date.now() * 1_000 });
    const agent = await startAgent(folder, join(folder, 'state'), bus.address);
    try {
      await work({ DBUS_SYSTEM_BUS_ADDRESS: bus.address });
    } finally {
      await agent.stop();
    }
  } finally {
    await bus.remove();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measureFail2banClient(): Promise<void> {
  const jails = [{ filter: 'sshd', unit: 'ssh.service' }];
  await withFail2ban(await sshdJournal(2_000), jails, async ({ client }) => {
    await until('fail2ban answers', async () => ((await run(client('ping'))).status === 0 ? true : undefined), 60);
    await run(client('set', 'bench0', 'banip', ...fillAddresses(SOME)));
    await best(`fail2ban-client status JAIL, ${SOME.toLocaleString('en')} bans`, client('status', 'bench0'));
    await best(`fail2ban-client get JAIL banip --with-time`, client('get', 'bench0', 'banip', '--with-time'));
  });
}

async function measureBansByHand(): Promise<void> {
  const { wall, processor, untilHeld } = await bansByHand(MANY, ROUNDS);
  const what = `${MANY.toLocaleString('en')} addresses, firewalld`;
  row(`**f2bctl ban --file**, ${what}`, wall, milliseconds(processor), '3000');
  row(`f2bctl ban --file, ${what}: until the kernel holds all`, untilHeld, '');
}

console.log(`${machineText()}, load ${loadText()} at the start. Best of ${ROUNDS} runs.\n`);
console.log('| command | wall, ms | processor, ms | target |');
console.log('| :-- | --: | --: | :-- |');
await best('node, doing nothing', ['node', '-e', '0']);
await best('f2bctl --version', f2bctl('--version'));
await withBans(SOME, async (env) => {
  await best(`**f2bctl status**, ${SOME.toLocaleString('en')} bans`, f2bctl('status'), '200', env);
  await best(`**f2bctl bans**, ${SOME.toLocaleString('en')} bans`, f2bctl('bans'), '200', env);
});
await measureFail2banClient();
await withBans(bans, async (env) => {
  await best(`**f2bctl bans**, ${bans.toLocaleString('en')} bans`, f2bctl('bans'), '2000', env);
  await best(`f2bctl bans --json, ${bans.toLocaleString('en')} bans`, f2bctl('bans', '--json'), '', env);
});
await measureBansByHand();
const directory = await eventJournal(megabytes);
const log = (...words: readonly string[]) => f2bctl('log', '--no-pager', '-D', directory, ...words);
await bestFirst(`first line of **f2bctl log**, ${megabytes} MB of journal`, log(), '150');
await bestFirst(`first line of f2bctl log -n 10`, log('-n', '10'), '150');
await bestFirst(`first line of journalctl -u f2bd`, ['journalctl', '-D', directory, '-o', 'cat', '-u', 'f2bd.service']);
console.log(`\nload ${loadText()} at the end`);
process.exit(0);
