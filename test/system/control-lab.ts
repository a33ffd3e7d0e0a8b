/**
 * The agent as it is built, following real journal files on a private bus, and f2bctl as it is built to ask it with.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { BusDaemon, strictConfiguration } from '../support/bus-daemon.js';
import { repository } from '../support/repository.js';
import { makeJournal } from './ssh-journal.js';

const SECOND = 1_000_000;
/** More than tens of thousands of bans are as JSON, bytes. */
const MAX_OUTPUT = 256_000_000;

export interface Run {
  readonly status: number;
  readonly output: string;
  readonly errors: string;
}

export type F2bctl = (...argv: readonly string[]) => Promise<Run>;

/** f2bctl on this bus, with what `environment` adds to ours; `wrapper` is a command that starts it. */
export function f2bctlOn(
  address: string,
  environment: Readonly<Record<string, string>> = {},
  wrapper: readonly string[] = [],
): F2bctl {
  const env = { ...process.env, DBUS_SYSTEM_BUS_ADDRESS: address, TZ: 'UTC', ...environment };
  return (...argv) =>
    new Promise((resolve) => {
      const [command = 'node', ...rest] = [...wrapper, 'node', join(repository, 'dist/f2bctl.js'), ...argv];
      const child = execFile(command, rest, { env, timeout: 60_000, maxBuffer: MAX_OUTPUT }, (_, output, errors) =>
        resolve({ status: child.exitCode ?? -1, output, errors }),
      );
    });
}

export interface AgentOnBus {
  readonly f2bctl: F2bctl;
  readonly folder: string;
  /** The address of its bus. */
  readonly bus: string;
}

/**
 * A dry-run agent that follows a journal in which each of the attackers has just failed five times. `ban`: lines of
 * [Ban];
 * `prepare` writes what earlier runs left into the folder of the state.
 */
export async function withAgent(
  t: TestContext,
  attackers: readonly string[],
  ban = '',
  prepare = async (_state: string): Promise<void> => undefined,
): Promise<AgentOnBus> {
  const folder = mkdtempSync(join(tmpdir(), `f2b-f2bctl-${process.pid}-`));
  const daemon = new BusDaemon(strictConfiguration(join(repository, 'debian', 'org.f2b.Agent1.conf')));
  let agent: ChildProcess | undefined;
  t.after(async () => {
    if (agent !== undefined && agent.exitCode === null) {
      agent.kill('SIGTERM');
      await once(agent, 'exit');
    }
    await daemon.remove();
    rmSync(folder, { recursive: true, force: true });
  });
  await daemon.start();
  const firstAt = (Date.now() - 20_000) * 1_000;
  const failed = (address: string) => `Failed password for root from ${address} port 4711 ssh2`;
  makeJournal(
    join(folder, 'journal'),
    Array.from({ length: 5 }, (_, n) => n).flatMap((n) =>
      attackers.map((address) => ({ at: firstAt + n * SECOND, message: failed(address) })),
    ),
  );
  mkdirSync(join(folder, 'config/units'), { recursive: true });
  writeFileSync(join(folder, 'config/f2bd.conf'), `[Ban]\n${ban}\n`);
  await prepare(join(folder, 'state'));
  const folders = ['journal', 'config', 'state'].flatMap((name) => [`--${name}-directory`, join(folder, name)]);
  const env = { ...process.env, DBUS_SYSTEM_BUS_ADDRESS: daemon.address };
  agent = spawn('node', [join(repository, 'dist/f2bd.js'), '--dry-run', ...folders], { env, stdio: 'ignore' });
  const f2bctl = f2bctlOn(daemon.address);
  // The name appears when the agent is ready; the ban when the journal is read.
  for (let tries = 0; tries < 100; tries += 1) {
    const { status, output } = await f2bctl('status', '-o', 'json');
    if (status !== 0) continue;
    const { jails } = JSON.parse(output);
    const failures = jails.reduce((sum: number, jail: { failures: number }) => sum + jail.failures, 0);
    if (failures === 5 * attackers.length) return { f2bctl, folder, bus: daemon.address };
  }
  throw new Error(`the agent did not get ready: ${(await f2bctl('status')).errors}`);
}
