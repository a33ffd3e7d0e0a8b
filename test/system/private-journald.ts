/**
 * A systemd-journald of the test's own, in mount and process namespaces of its own: nothing of it is left when the test
 * ends.
 * `inPrivateSystem` runs a program in such namespaces; the rest is for that program.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const JOURNALD = '/usr/lib/systemd/systemd-journald';

/** Why there can be no private journald here; undefined when there can. */
export const missingJournald =
  process.getuid?.() !== 0 ? 'needs root' : existsSync(JOURNALD) ? undefined : 'needs systemd-journald';

const ENTER = `
mount -t tmpfs tmpfs /run &&
mkdir -p /run/systemd/journal /var/log/journal &&
mount -t tmpfs tmpfs /var/log/journal &&
exec "$@"`;

/**
 * Runs `node PROGRAM ARGUMENT` with its own /run, /var/log/journal and processes; returns what it printed. Throws when
 * it fails.
 */
export function inPrivateSystem(program: string, argument: string): string {
  const unshare = ['--mount', '--propagation=private', '--pid', '--fork', '--kill-child', '--mount-proc'];
  const command = ['sh', '-c', ENTER, 'sh', process.execPath, program, argument];
  const done = spawnSync('unshare', [...unshare, ...command], { encoding: 'utf8', maxBuffer: 1 << 26 });
  if (done.status !== 0) throw new Error(`${argument}: status ${done.status} ${done.signal ?? ''}\n${done.stderr}`);
  return done.stdout;
}

function must(command: string, ...args: readonly string[]): void {
  const done = spawnSync(command, args, { encoding: 'utf8' });
  if (done.status !== 0) throw new Error(`${command} ${args.join(' ')}: ${done.stderr}`);
}

export interface Journald {
  /** Returns when all that was sent before is in the journal. */
  sync(): void;
  rotate(): void;
  /** Deletes archived files until `files` are left, the active one included. */
  vacuum(files: number): void;
  /** Stops it in its tracks, and lets it go on: what comes meanwhile is read then. */
  pause(): void;
  resume(): void;
  /** SIGTERM, or as in a crash SIGKILL. */
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

const SOCKETS = ['/run/systemd/journal/io.systemd.journal', '/run/systemd/journal/socket'];

/** The child of a process that has just one. */
async function onlyChild(pid: number): Promise<number> {
  for (;;) {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
    if (children !== '') return Number(children);
    await sleep(5);
  }
}

/** Whether somebody takes connections there; the socket itself is there a while before. */
function isListening(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/**
 * Starts journald as if the machine had booted with this boot id (32 hexadecimal digits) `uptime` seconds later
 * than this one did; the monotonic clock says so. `settings`: further lines of journald.conf.
 */
export async function startJournald(bootId: string, uptime = 0, settings = 'RateLimitBurst=0'): Promise<Journald> {
  const dashed = bootId.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  writeFileSync('/run/boot_id', `${dashed}\n`);
  must('mount', '--bind', '/run/boot_id', '/proc/sys/kernel/random/boot_id');
  mkdirSync('/run/systemd/journald.conf.d', { recursive: true });
  writeFileSync(
    '/run/systemd/journald.conf.d/test.conf',
    `[Journal]\nStorage=persistent\n${settings}\nReadKMsg=no\nAudit=no\n`,
  );
  const unshare = spawn('unshare', ['--time', `--monotonic=${uptime}`, '--fork', JOURNALD], { stdio: 'ignore' });
  const exited = once(unshare, 'exit');
  const daemon = await onlyChild(unshare.pid ?? 0);
  while (!(await isListening('/run/systemd/journal/io.systemd.journal'))) {
    if (unshare.exitCode !== null) throw new Error(`journald ended with status ${unshare.exitCode} as it started`);
    await sleep(5);
  }
  must('journalctl', '--flush');
  return {
    sync: () => must('journalctl', '--sync'),
    rotate: () => must('journalctl', '--rotate'),
    vacuum: (files) => must('journalctl', '-q', `--vacuum-files=${files}`),
    pause: () => void process.kill(daemon, 'SIGSTOP'),
    resume: () => void process.kill(daemon, 'SIGCONT'),
    async stop(signal = 'SIGTERM') {
      process.kill(daemon, signal);
      await exited;
      must('umount', '/proc/sys/kernel/random/boot_id');
      for (const socket of SOCKETS) rmSync(socket, { force: true });
    },
  };
}

/** Starts the journald of a namespace; what it gives returns when all that was sent before is in its journal. */
export async function startNamespace(name: string): Promise<{ sync(): void; rotate(): void; stop(): Promise<void> }> {
  mkdirSync(`/run/systemd/journald@${name}.conf.d`, { recursive: true });
  writeFileSync(`/run/systemd/journald@${name}.conf.d/test.conf`, '[Journal]\nStorage=persistent\nRateLimitBurst=0\n');
  const daemon = spawn(JOURNALD, [name], { stdio: 'ignore' });
  const exited = once(daemon, 'exit');
  while (!(await isListening(`/run/systemd/journal.${name}/io.systemd.journal`))) {
    if (daemon.exitCode !== null) throw new Error(`journald ended with status ${daemon.exitCode} as it started`);
    await sleep(5);
  }
  const tell = (what: string) => must('journalctl', `--namespace=${name}`, what);
  tell('--flush');
  return {
    sync: () => tell('--sync'),
    rotate: () => tell('--rotate'),
    async stop() {
      daemon.kill();
      await exited;
    },
  };
}

/** How often each thread named `name` has gone to sleep by itself since it started. */
export function sleeps(thread: string): number {
  const status = readFileSync(`/proc/self/task/${thread}/status`, 'utf8');
  return Number(/^voluntary_ctxt_switches:\s+(\d+)$/m.exec(status)?.[1]);
}
