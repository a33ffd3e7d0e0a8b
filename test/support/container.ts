/**
 * A booted Debian 13 with systemd, firewalld and sshd, and an attacker in a network namespace of its own, joined by one
 * link. Nothing of it outlives this process: systems and namespaces are held by processes that the kernel ends with it.
 */
import type { ChildProcess } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { childOf, nameOf, type Output, pauseNow, type RunOptions, run, start, until } from './process.js';
import { repository } from './repository.js';
import { tellingLogs } from './telling-logs.js';

/** The guarded system's addresses, and those the attacker's side can use; all from ranges kept for documentation. */
export const target = { ipv4: '192.0.2.2', ipv6: '2001:db8::2' } as const;
export const sources = {
  ipv4: Array.from({ length: 50 }, (_, index) => `192.0.2.${101 + index}`),
  /** Each in a /64 of its own. */
  ipv6: Array.from({ length: 8 }, (_, index) => `2001:db8:${101 + index}::5`),
} as const;

/** Why booting is impossible here, or false. For the `skip` option of tests. */
export const cannotBoot: string | false = process.getuid?.() === 0 ? false : 'booting a system needs root';

export interface Container {
  /** Runs a shell command in the system, as root. */
  inside(command: string, options?: RunOptions): Promise<Output>;
  /** The same, for its standard output; throws when the command fails. */
  ask(command: string, options?: RunOptions): Promise<string>;
  /** Starts one that stays. */
  insideStart(command: string): ChildProcess;
  /** Runs a program of this machine on the attacker's side of the link. */
  attacker(command: readonly string[], options?: RunOptions): Promise<Output>;
  /** Runs a shell command there, with the programs and files of the system. */
  attackerWithin(command: string, options?: RunOptions): Promise<Output>;
  /** Starts a program of this machine there that stays. */
  attackerStart(command: readonly string[]): ChildProcess;
  /** Copies a file of this machine into the system. */
  copyIn(from: string, to: string): void;
  stop(): void;
}

/**
 * Boots a system from a fresh copy of the cached tree; resolves when its services are up and the link is.
 * `installed`: a package that is put in before the system runs.
 */
export function boot(...installed: readonly string[]): Promise<Container> {
  return bootFrom(join(repository, 'test/e2e/base'), ...installed);
}

/** The same from another tree: `maker` is a program that prints where it is. */
export function bootFrom(maker: string, ...installed: readonly string[]): Promise<Container> {
  return bootTree(maker, installed, []);
}

/** `environment`: of systemd-nspawn(1). */
async function bootTree(
  maker: string,
  installed: readonly string[],
  environment: readonly string[],
): Promise<Container> {
  const base = await run([maker], { timeout: 1800 });
  if (base.status !== 0) throw new Error(`no system to boot: ${base.err}`);
  const name = freeName();
  const work = mkdtempSync(join(tmpdir(), `${name}.`));
  const namespaces = ['unshare', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];
  const system = start([
    'env',
    ...environment,
    ...namespaces,
    join(repository, 'test/e2e/boot'),
    base.out.trim(),
    work,
    name,
    ...installed,
  ]);
  const attacker = start(['unshare', '--net', 'sleep', 'infinity']);
  const screen = collect(system);
  const stop = once(() => end(system, attacker, name, work));
  process.once('exit', stop);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130));
  try {
    const init = await until('the system starts', () => {
      if (system.exitCode !== null) throw new Error(`the system ended while booting:\n${screen()}`);
      const init = childOf(childOf(system.pid));
      return nameOf(init) === 'systemd' ? init : undefined;
    });
    const container = handle(init, attacker.pid ?? 0, stop);
    await connect(container, attacker.pid ?? 0, `ve-${name}`);
    await until('the system is up', async () => {
      const { out } = await container.inside('systemctl is-system-running');
      return /running|degraded/.test(out) ? true : undefined;
    });
    return container;
  } catch (error) {
    stop();
    throw error;
  }
}

/** One of the packages that `make deb` built for this version. */
export function builtPackage(name = 'f2b'): string {
  const { version } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as { version: string };
  const folder = join(repository, 'build');
  const found = readdirSync(folder).find((file) => file.startsWith(`${name}_${version}_`) && file.endsWith('.deb'));
  if (found === undefined) throw new Error('no package in build/: run make deb');
  return join(folder, found);
}

/** Installs one of the packages in the running system, as an administrator would; returns what apt said. */
export async function install(container: Container, name = 'f2b'): Promise<string> {
  container.copyIn(builtPackage(name), `/root/${name}.deb`);
  return container.ask(
    `DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends /root/${name}.deb </dev/null 2>&1`,
    { timeout: 120 },
  );
}

/**
 * A booted system with f2b installed and running; `maker` as for `bootFrom`. `isUnified`: with control groups of version 2
 * alone, as a Debian that boots by itself has them, whatever this machine has.
 */
export async function bootWithAgent(
  maker = join(repository, 'test/e2e/base'),
  { isUnified = false } = {},
): Promise<Container> {
  const container = await bootTree(maker, [], isUnified ? ['SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1'] : []);
  try {
    await tellingLogs(
      () => container,
      () => install(container),
    );
    return container;
  } catch (error) {
    container.stop();
    throw error;
  }
}

function handle(init: number, attacker: number, stop: () => void): Container {
  const shell = ['/bin/sh', '-c', 'cd; eval "$0"'];
  const enter = ['nsenter', '--target', String(init), '--all', ...shell];
  const besides = ['nsenter', '--target', String(attacker), '--net'];
  const within = ['nsenter', `--net=/proc/${attacker}/ns/net`, `--mount=/proc/${init}/ns/mnt`, ...shell];
  return {
    inside: (command, options) => run([...enter, command], options),
    ask: async (command, options) => {
      const { status, out, err } = await run([...enter, command], options);
      if (status !== 0) throw new Error(`${command}\nended with status ${status}\n${out}${err}`);
      return out;
    },
    insideStart: (command) => start([...enter, command]),
    attacker: (command, options) => run([...besides, ...command], options),
    attackerWithin: (command, options) => run([...within, command], options),
    attackerStart: (command) => start([...besides, ...command]),
    copyIn: (from, to) => copyFileSync(from, join(`/proc/${init}/root`, to)),
    stop,
  };
}

/** Moves this machine's end of the link to the attacker and gives both ends their addresses. */
async function connect(container: Container, attacker: number, link: string): Promise<void> {
  await until('the link exists', () => (existsSync(`/sys/class/net/${link}`) ? true : undefined));
  await run(['ip', 'link', 'set', link, 'netns', String(attacker)]);
  const theirs = [
    'link set lo up',
    ...sources.ipv4.map((address) => `addr add ${address}/24 dev ${link}`),
    ...sources.ipv6.map((address) => `addr add ${address}/32 dev ${link} nodad`),
    `link set ${link} up`,
  ];
  const ours = [
    `addr add ${target.ipv4}/24 dev host0`,
    `addr add ${target.ipv6}/32 dev host0 nodad`,
    'link set host0 up',
  ];
  const { status, err } = await container.attacker(['ip', '-batch', '-'], { input: `${theirs.join('\n')}\n` });
  if (status !== 0) throw new Error(`the attacker's end of the link cannot be set up: ${err}`);
  await container.ask('ip -batch -', { input: `${ours.join('\n')}\n` });
}

/** Gives the attacker's end of the link these addresses, too. */
export async function addSources(container: Container, addresses: readonly string[]): Promise<void> {
  const { out } = await container.attacker(['ip', '-brief', 'link']);
  const link = /^(ve-[^@\s]+)/m.exec(out)?.[1] ?? '';
  const input = addresses.map((address) => `addr add ${address}/32 dev ${link}\n`).join('');
  const { status, err } = await container.attacker(['ip', '-batch', '-'], { input });
  if (status !== 0) throw new Error(`the attacker's end of the link does not get its addresses: ${err}`);
}

/**
 * Ends both at once and removes what they leave in the file system. Synchronous: it also runs while this process exits.
 */
function end(system: ChildProcess, attacker: ChildProcess, name: string, work: string): void {
  // The first process of the system's namespace: with it the kernel ends all others before its parent can be reaped.
  const first = childOf(system.pid);
  for (const pid of [first, attacker.pid]) if (pid !== undefined) kill(pid);
  const groups = ['/sys/fs/cgroup', '/sys/fs/cgroup/systemd', '/sys/fs/cgroup/unified'].map((top) => join(top, name));
  for (let tries = 0; tries < 100 && first !== undefined && existsSync(`/proc/${first}`); tries += 1) pauseNow(20);
  if (system.pid !== undefined) kill(system.pid);
  for (const group of groups) removeGroups(group);
  rmSync(work, { recursive: true, force: true });
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It is gone already.
  }
}

/** Removes a cgroup with all below it; they hold no processes any more. */
function removeGroups(group: string): void {
  if (!existsSync(group)) return;
  for (const entry of readdirSync(group, { withFileTypes: true })) {
    if (entry.isDirectory()) removeGroups(join(group, entry.name));
  }
  try {
    rmdirSync(group);
  } catch {
    // Still busy: an empty cgroup that stays behind harms nobody.
  }
}

let made = 0;

/** A machine name nobody else uses now; `ve-NAME` must fit the 15 characters of an interface name. */
function freeName(): string {
  made += 1;
  return `f2b${process.pid}${String.fromCharCode(96 + made)}`;
}

function collect(program: ChildProcess): () => string {
  let text = '';
  const keep = (chunk: Buffer): void => {
    text = (text + chunk.toString('utf8')).slice(-5000);
  };
  program.stdout?.on('data', keep);
  program.stderr?.on('data', keep);
  return () => text;
}

function once(action: () => void): () => void {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    action();
  };
}
