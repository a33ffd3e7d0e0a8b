/** Makes a journal of sshd's entries with systemd-journal-remote, with any times, units and fields. */
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

export interface SshEntry {
  /** __REALTIME_TIMESTAMP and _SOURCE_REALTIME_TIMESTAMP, µs since the epoch. */
  readonly at: number;
  readonly message: string;
  readonly unit?: string;
  readonly pid?: number;
}

/** Why no journal can be made here, or false. For the `skip` option of tests. */
export const cannotMakeJournals: string | false =
  spawnSync(remote(), ['--version']).status === 0 ? false : 'needs systemd-journal-remote';

/** Writes `folder`/ssh.journal, and makes the folder. Entries in order of time. */
export function makeJournal(folder: string, entries: readonly SshEntry[]): void {
  mkdirSync(folder, { recursive: true });
  const text = entries.map(exported).join('\n');
  const result = spawnSync(remote(), ['--output', join(folder, 'ssh.journal'), '-'], { input: `${text}\n` });
  if (result.status !== 0) throw new Error(`systemd-journal-remote: ${result.stderr}`);
}

/** One entry in the journal export format (systemd's JOURNAL_EXPORT_FORMATS). */
function exported({ at, message, unit = 'ssh.service', pid = 4711 }: SshEntry, index: number): string {
  const fields = {
    __REALTIME_TIMESTAMP: at,
    __MONOTONIC_TIMESTAMP: index + 1,
    _BOOT_ID: '0123456789abcdef0123456789abcdef',
    _MACHINE_ID: 'fedcba9876543210fedcba9876543210',
    _TRANSPORT: 'syslog',
    _SOURCE_REALTIME_TIMESTAMP: at,
    _HOSTNAME: 'host',
    _UID: 0,
    _GID: 0,
    _PID: pid,
    _COMM: 'sshd-session',
    _SYSTEMD_UNIT: unit,
    SYSLOG_IDENTIFIER: 'sshd-session',
    SYSLOG_PID: pid,
    PRIORITY: 6,
    MESSAGE: message,
  };
  const lines = Object.entries(fields).map(([name, value]) => `${name}=${value}`);
  return `${lines.join('\n')}\n`;
}

function remote(): string {
  return '/lib/systemd/systemd-journal-remote';
}
