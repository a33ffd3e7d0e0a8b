/** fail2ban-server over journal files, with its database and without an action, until it has read them. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run, sleep, until } from '../support/process.js';
import { benchCache } from './bench-journal.js';
import type { BenchJail } from './catch-up-journals.js';
import { type Measured, plainEnvironment } from './measure.js';
import { memoryOf, processorOf } from './process-figures.js';

const POLL = 0.05;
/** It is done when it used less than one part in ten of a processor for so long, s. */
const QUIET = 3;
const root = (name: string) => join(benchCache, name);
const program = (name: string) => join(root('fail2ban'), 'usr/bin', name);

const environment = () => ({
  ...plainEnvironment(),
  PYTHONPATH: ['fail2ban', 'python3-systemd']
    .map((name) => join(root(name), 'usr/lib/python3/dist-packages'))
    .join(':'),
});

/** Failures and bans must not be too old for it: the journals' times are past. */
function configure(folder: string, journal: string, jails: readonly BenchJail[]): void {
  const config = join(folder, 'config');
  cpSync(join(root('fail2ban'), 'etc/fail2ban'), config, { recursive: true });
  for (const name of readdirSync(join(config, 'jail.d'))) rmSync(join(config, 'jail.d', name));
  writeFileSync(
    join(config, 'fail2ban.local'),
    `[Definition]\ndbfile = ${join(folder, 'db')}\nlogtarget = ${join(folder, 'log')}\n`,
  );
  const sections = jails.map(
    ({ filter, unit }, at) =>
      `[bench${at}]\nenabled = true\nfilter = ${filter}\nbackend = systemd[journalpath=${journal}]\njournalmatch = _SYSTEMD_UNIT=${unit}\n`,
  );
  const all = '[DEFAULT]\naction =\nusedns = no\nfindtime = 20y\nbantime = 20y\nmaxretry = 5\n';
  writeFileSync(join(config, 'jail.local'), [all, ...sections].join('\n'));
}

/** A server that runs, and how to ask it. */
interface Fail2ban {
  readonly pid: number;
  /** ms, as performance.now() has it. */
  readonly began: number;
  /** The command line of fail2ban-client. */
  readonly client: (...words: readonly string[]) => readonly string[];
}

/** Runs `work` with a server over the journal. */
export async function withFail2ban<T>(
  journal: string,
  jails: readonly BenchJail[],
  work: (server: Fail2ban) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'f2b-bench-'));
  configure(folder, journal, jails);
  mkdirSync(join(folder, 'run'));
  const place = ['-c', join(folder, 'config'), '-s', join(folder, 'run/socket'), '-p', join(folder, 'run/pid')];
  const env = environment();
  const began = performance.now();
  const server = spawn('python3', [program('fail2ban-server'), '-f', '-x', ...place, 'start'], {
    env,
    stdio: 'ignore',
  });
  const ended = once(server, 'close');
  const asked = ['env', `PYTHONPATH=${env.PYTHONPATH}`, 'python3', program('fail2ban-client'), ...place];
  try {
    return await work({ pid: server.pid ?? 0, began, client: (...words) => [...asked, ...words] });
  } finally {
    server.kill('SIGKILL');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Wall time until it comes to rest. `output`: how many failures it found. */
export function measureFail2ban(journal: string, jails: readonly BenchJail[]): Promise<Measured> {
  return withFail2ban(journal, jails, async ({ pid, began, client }) => {
    const { seconds, processor, memory } = await untilQuiet(pid, began);
    const answer = await run(client('status', 'bench0'));
    const [, failures = '0'] = /Total failed:\s+(\d+)/.exec(answer.out) ?? [];
    return { seconds, processor, memory, output: failures };
  });
}

/** What it took until the quiet began. */
async function untilQuiet(pid: number, began: number): Promise<Omit<Measured, 'output'>> {
  let [since, spent, memory] = [began, 0, 0];
  return until(
    'fail2ban comes to rest',
    async () => {
      await sleep(POLL);
      memory = Math.max(memory, memoryOf(pid, 'RssAnon'));
      const [now, used] = [performance.now(), processorOf(pid)];
      if (used - spent > ((now - since) / 1000) * 0.1) [since, spent] = [now, used];
      if (now - since < QUIET * 1000 || spent < 1) return undefined;
      return { seconds: (since - began) / 1000, processor: spent, memory };
    },
    600,
  );
}
