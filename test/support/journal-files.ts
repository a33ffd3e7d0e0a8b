/** Real journal files with any fields and times, written by systemd-journal-remote from the Journal Export Format. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repository } from './repository.js';

export const JOURNAL_REMOTE = '/usr/lib/systemd/systemd-journal-remote';

/** The library that `make` built, as the real adapter loads it. */
export const libraryPath = join(repository, 'dist', 'f2b-journal.so');

/** Why journal files cannot be written here; undefined when they can. */
export const missingJournalRemote = existsSync(JOURNAL_REMOTE)
  ? undefined
  : 'needs systemd-journal-remote (test/setup system)';

export type FieldValue = string | Buffer | readonly (string | Buffer)[];

/** An entry as journald would store it. Times in µs; `fields` may repeat and hold any bytes. */
export interface FileEntry {
  readonly receivedAt: number;
  /** µs since the boot; by default it runs along with `receivedAt`. */
  readonly monotonic?: number;
  readonly boot?: string;
  readonly fields: Readonly<Record<string, FieldValue>>;
}

export const BOOT = 'b0f5a1c2d3e44f5a8b6c7d8e9f0a1b2c';

/** An empty value has to be written as text: in the binary form systemd-journal-remote 252 drops the field. */
function field(name: string, value: string | Buffer): Buffer {
  const bytes = Buffer.from(value);
  if (bytes.length === 0) return Buffer.from(`${name}=\n`);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(bytes.length));
  return Buffer.concat([Buffer.from(`${name}\n`), length, bytes, Buffer.from('\n')]);
}

/** The entries in the Journal Export Format, https://systemd.io/JOURNAL_EXPORT_FORMATS. */
export function exportFormat(entries: readonly FileEntry[]): Buffer {
  const parts = entries.flatMap(({ receivedAt, monotonic, boot = BOOT, fields }) => [
    Buffer.from(`__REALTIME_TIMESTAMP=${receivedAt}\n__MONOTONIC_TIMESTAMP=${monotonic ?? receivedAt % 1e14}\n`),
    Buffer.from(`_BOOT_ID=${boot}\n`),
    ...Object.entries(fields).flatMap(([name, value]) =>
      (Array.isArray(value) ? value : [value]).map((one: string | Buffer) => field(name, one)),
    ),
    Buffer.from('\n'),
  ]);
  return Buffer.concat(parts);
}

/** How a new file is to be laid out; systemd's names for it are in its docs/ENVIRONMENT.md. */
export interface FileLayout {
  readonly SYSTEMD_JOURNAL_COMPACT?: '0' | '1';
  readonly SYSTEMD_JOURNAL_KEYED_HASH?: '0' | '1';
}

/** Appends to the journal file, which is made when it does not exist. */
export function writeJournal(file: string, entries: readonly FileEntry[], layout: FileLayout = {}): void {
  const done = spawnSync(JOURNAL_REMOTE, [`--output=${file}`, '-'], {
    input: exportFormat(entries),
    env: { ...process.env, ...layout },
  });
  if (done.status !== 0) throw new Error(`systemd-journal-remote: ${done.stderr}`);
}

/** The same while the event loop runs on, so that a reader can follow meanwhile. */
export function writeJournalAside(file: string, entries: readonly FileEntry[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const writer = spawn(JOURNAL_REMOTE, [`--output=${file}`, '-'], { stdio: ['pipe', 'ignore', 'ignore'] });
    writer.on('error', reject);
    writer.on('exit', (status) => (status === 0 ? resolve() : reject(new Error(`exit status ${status}`))));
    writer.stdin.end(exportFormat(entries));
  });
}

/** An empty directory for journal files, and its removal. */
export function journalDirectory(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), `f2b-journal-${process.pid}-`));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
