/** Runs the agent as it is built, without a firewall, and tells what its start takes. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { repository } from '../support/repository.js';
import { memoryOf, processorOf } from './process-figures.js';

export interface Start {
  /** From the start of the process until it follows the journal, s. */
  readonly wall: number;
  /** Processor time of all threads until then, s. */
  readonly processor: number;
  /** Resident memory then, MB. */
  readonly resident: number;
  /** The most until then, MB. */
  readonly peak: number;
}

export interface RunningAgent {
  readonly start: Start;
  /** Resident memory now, MB. */
  resident(): number;
  /** What of it no file backs, MB. */
  anonymous(): number;
  stop(): Promise<void>;
}

/** Starts the agent with these folders of `folder`: config, journal and `state`. `bus`: its system bus. */
export async function startAgent(folder: string, state: string, bus: string): Promise<RunningAgent> {
  const folders = ['config', 'journal'].flatMap((name) => [`--${name}-directory`, join(folder, name)]);
  const program = [join(repository, 'dist/f2bd.js'), '--dry-run', '--state-directory', state, ...folders];
  const env = { ...process.env, ...launchEnvironment(), DBUS_SYSTEM_BUS_ADDRESS: bus };
  const began = performance.now();
  const agent = spawn('node', [...launchOptions(), ...program], { env, stdio: ['ignore', 'ignore', 'pipe'] });
  await followed(agent);
  const wall = (performance.now() - began) / 1000;
  const pid = agent.pid ?? 0;
  return {
    start: { wall, processor: processorOf(pid), resident: memoryOf(pid, 'VmRSS'), peak: memoryOf(pid, 'VmHWM') },
    resident: () => memoryOf(pid, 'VmRSS'),
    anonymous: () => memoryOf(pid, 'RssAnon'),
    async stop() {
      const ended = once(agent, 'close');
      agent.kill('SIGTERM');
      await ended;
    },
  };
}

const launcher = () => readFileSync(join(repository, 'debian/bin/f2bd'), 'utf8');

/** What the package starts it with. */
export function launchOptions(): readonly string[] {
  return launcher().match(/--\S+/g) ?? [];
}

/** The variables that the package sets for it. */
export function launchEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries([...launcher().matchAll(/\b(MALLOC_\w+)=(\S+)/g)].map(([, name, value]) => [name, value]));
}

/** Resolves when the agent says that it follows the journal; rejects when it ends before. */
function followed(agent: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    agent.on('close', () => reject(new Error('the agent did not start')));
    if (agent.stderr === null) return;
    createInterface(agent.stderr).on('line', (line) => {
      if (line.includes('following the journal')) resolve();
    });
  });
}
