/**
 * Runs of the agent over a journal file until it is read, some of them killed or stopped on the way, and the state they
 * leave.
 */
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { repository } from '../support/repository.js';
import { makeJournal, type SshEntry } from './ssh-journal.js';

export const SECOND = 1_000_000;

/** Two days ago, so that no wall clock of a run matters: what is to expire has expired, what is to last lasts. µs */
export const firstAt = (Math.floor(Date.now() / 1000) - 2 * 86_400) * SECOND;

/** A small generator of numbers that a seed repeats (mulberry32); the seed is told, and taken from F2B_SEED. */
export function seededRandom(t: TestContext): () => number {
  const seed = Number(process.env['F2B_SEED'] ?? Date.now() % 1_000_000);
  t.diagnostic(`seed ${seed}`);
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export interface KillLab {
  /** Runs the agent to the end, or sends it `signal` after `limit` ms; true when it came to the end without. */
  run(state: string, limit?: number, signal?: 'SIGKILL' | 'SIGTERM'): Promise<boolean>;
  /** The lines of `f2bctl state export`. */
  exported(state: string): readonly string[];
  forget(state: string): void;
}

/** A journal of the entries and the jails, by name, in a folder that is removed after the test. */
export function killLab(
  t: TestContext,
  entries: readonly SshEntry[],
  jails: Readonly<Record<string, string>>,
): KillLab {
  const folder = mkdtempSync(join(tmpdir(), `f2b-kill-${process.pid}-`));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  makeJournal(join(folder, 'journal'), entries);
  mkdirSync(join(folder, 'config/units'), { recursive: true });
  writeFileSync(join(folder, 'config/f2bd.conf'), '');
  for (const [name, text] of Object.entries(jails)) writeFileSync(join(folder, `config/units/${name}.conf`), text);
  const stateFolder = (state: string) => ['--state-directory', join(folder, state)];

  return {
    run(state, limit, signal = 'SIGKILL') {
      mkdirSync(join(folder, state), { recursive: true });
      const options = ['--dry-run', '--until-idle', '--since', `@${firstAt / SECOND - 1}`, ...stateFolder(state)];
      const folders = ['journal', 'config'].flatMap((name) => [`--${name}-directory`, join(folder, name)]);
      return end(spawn('node', [join(repository, 'dist/f2bd.js'), ...options, ...folders]), limit, signal);
    },
    exported(state) {
      const command = [join(repository, 'dist/f2bctl.js'), 'state', 'export', ...stateFolder(state)];
      return execFileSync('node', command, { encoding: 'utf8', maxBuffer: 1 << 28 })
        .trim()
        .split('\n');
    },
    forget: (state) => rmSync(join(folder, state), { recursive: true, force: true }),
  };
}

/** Waits for the agent to end; rejects when it ended neither well nor by the signal, or warned of anything. */
function end(
  agent: ReturnType<typeof spawn>,
  limit: number | undefined,
  sent: 'SIGKILL' | 'SIGTERM',
): Promise<boolean> {
  return new Promise((resolve, reject) => {
    let told = '';
    let isSent = false;
    agent.stderr?.on('data', (text: Buffer) => {
      told += text.toString();
    });
    agent.stdout?.resume();
    const send = () => {
      isSent = agent.kill(sent);
    };
    const timer = limit === undefined ? undefined : setTimeout(send, limit);
    agent.on('close', (status, signal) => {
      clearTimeout(timer);
      const isWarned = /^<[0-4]>/m.test(told);
      if (!isWarned && (status === 0 || signal === sent)) resolve(!isSent);
      else reject(new Error(`the agent ended with status ${status} ${signal}: ${told}`));
    });
  });
}

/** How many of the lines are of this type; the test fails when there are none. */
export function countOf(lines: readonly string[], type: string): number {
  const found = lines.filter((line) => line.startsWith(`{"type":"${type}"`)).length;
  if (found === 0) throw new Error(`the quiet run leaves no ${type}`);
  return found;
}
