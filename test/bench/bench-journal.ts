/** Journals for the benchmarks, the same with every call; kept in the cache, for making them takes minutes. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { cache } from '../support/cache.js';
import { BOOT, JOURNAL_REMOTE } from '../support/journal-files.js';

/** µs since the epoch. */
export const FIRST_AT = 1_700_000_000_000_000;

export const benchCache = join(cache, 'bench');

/** Numbers below `limit` that are the same in every run (mulberry32). */
export function createRandom(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit);
  };
}

export type Random = ReturnType<typeof createRandom>;

export function addressOf(random: Random): string {
  return [1 + random(223), random(256), random(256), 1 + random(254)].join('.');
}

/** What a service is to journald. */
interface Service {
  readonly identifier: string;
  readonly unit: string;
  readonly program: string;
}

export interface BenchEntry extends Service {
  readonly message: string;
  readonly pid: number;
  /** µs since the epoch. */
  readonly at: number;
  /** Fields of its own, `NAME=value`. */
  readonly fields?: readonly string[];
}

export const sshd: Service = { identifier: 'sshd', unit: 'ssh.service', program: '/usr/sbin/sshd' };

/** With all that journald writes of a service's entry. */
function exported({ message, pid, at, identifier, unit, program, fields = [] }: BenchEntry): string {
  return `__REALTIME_TIMESTAMP=${at}
__MONOTONIC_TIMESTAMP=${at - FIRST_AT + 5_000_000}
_BOOT_ID=${BOOT}
_TRANSPORT=syslog
PRIORITY=6
SYSLOG_FACILITY=4
SYSLOG_IDENTIFIER=${identifier}
SYSLOG_PID=${pid}
SYSLOG_TIMESTAMP=Nov 14 22:13:20 
MESSAGE=${message}
_PID=${pid}
_UID=0
_GID=0
_COMM=${identifier}
_EXE=${program}
_CMDLINE="${identifier}: unknown [priv]"
_CAP_EFFECTIVE=1ffffffffff
_SYSTEMD_CGROUP=/system.slice/${unit}
_SYSTEMD_UNIT=${unit}
_SYSTEMD_SLICE=system.slice
_SYSTEMD_INVOCATION_ID=4a5b6c7d8e9f0a1b2c3d4e5f60718293
_SOURCE_REALTIME_TIMESTAMP=${at - 37}
_MACHINE_ID=0123456789abcdef0123456789abcdef
_HOSTNAME=server
_RUNTIME_SCOPE=system
${fields.map((field) => `${field}\n`).join('')}
`;
}

async function writeFile(path: string, entries: Iterable<BenchEntry>): Promise<void> {
  const writer = spawn(JOURNAL_REMOTE, [`--output=${path}`, '-'], { stdio: ['pipe', 'ignore', 'ignore'] });
  const ended = once(writer, 'exit');
  const texts = function* () {
    for (const entry of entries) yield exported(entry);
  };
  await pipeline(Readable.from(texts()), writer.stdin);
  const [status] = await ended;
  if (status !== 0) throw new Error(`systemd-journal-remote ended with status ${String(status)}`);
}

/** The directory of that name with a journal file for each part, which are in the order of time; made when there is none. */
export async function keptJournal(name: string, parts: readonly Iterable<BenchEntry>[]): Promise<string> {
  const directory = join(benchCache, name);
  if (existsSync(directory)) return directory;
  console.error(`writing ${directory}`);
  const unfinished = `${directory}.${process.pid}`;
  mkdirSync(unfinished, { recursive: true });
  try {
    for (const [index, part] of parts.entries()) {
      await writeFile(join(unfinished, parts.length === 1 ? 'sshd.journal' : `sshd-${index}.journal`), part);
    }
    renameSync(unfinished, directory);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
  return directory;
}
