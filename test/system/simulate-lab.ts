/** f2bctl simulate as it is built, on journal files and a configuration of the test's own. */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { NOON } from '../fakes/values.js';
import { writeJournal } from '../support/journal-files.js';
import { repository } from '../support/repository.js';

export const SECOND = 1_000_000;

/** An address that fails, so many seconds after noon. */
export interface Attempt {
  readonly address: string;
  readonly after: number;
  /** Default: ssh.service. */
  readonly unit?: string;
}

export interface Scene {
  /** f2bctl simulate with these arguments; exit status, output and messages. */
  simulate(...argv: readonly string[]): Promise<{ status: number; output: string; errors: string }>;
  readonly folder: string;
}

/** A journal with these failed logins, and jails by their names. */
export function scene(t: TestContext, attempts: readonly Attempt[], jails: Readonly<Record<string, string>>): Scene {
  const folder = mkdtempSync(join(tmpdir(), `f2b-simulate-${process.pid}-`));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  for (const name of ['journal', 'config/units', 'elsewhere']) mkdirSync(join(folder, name), { recursive: true });
  const entries = [...attempts]
    .sort((one, other) => one.after - other.after)
    .map(({ address, after, unit = 'ssh.service' }, index) => ({
      receivedAt: NOON + after * SECOND,
      fields: {
        MESSAGE: `Failed password for root from ${address} port 4711 ssh2`,
        ...{ _SYSTEMD_UNIT: unit, _UID: '0', _GID: '0', _HOSTNAME: 'host', _PID: `${1_000 + index}` },
        ...{ SYSLOG_IDENTIFIER: 'sshd', _TRANSPORT: 'syslog' },
        _SOURCE_REALTIME_TIMESTAMP: `${NOON + after * SECOND}`,
      },
    }));
  writeJournal(join(folder, 'journal/ssh.journal'), entries);
  for (const [name, text] of Object.entries(jails)) writeFileSync(join(folder, `config/units/${name}.conf`), text);
  const options = ['--directory', join(folder, 'journal'), '--config-directory', join(folder, 'config')];
  const env = { ...process.env, TZ: 'UTC', DBUS_SYSTEM_BUS_ADDRESS: 'unix:path=/nonexistent', HOME: folder };
  return {
    folder,
    simulate: (...argv) =>
      new Promise((resolve) => {
        const program = [join(repository, 'dist/f2bctl.js'), 'simulate', ...options, ...argv];
        const child = execFile('node', program, { env, cwd: join(folder, 'elsewhere') }, (_, output, errors) =>
          resolve({ status: child.exitCode ?? -1, output, errors }),
        );
      }),
  };
}
