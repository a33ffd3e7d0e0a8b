/** A journal of an sshd that is being attacked, the same with every call; kept in the cache, for it takes minutes. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { BOOT, JOURNAL_REMOTE } from '../support/journal-files.js';

/** To be counted up when the entries change. */
const VERSION = 1;
const START = 1_700_000_000_000_000;
const users = ['root', 'admin', 'test', 'oracle', 'ubuntu', 'git', 'postgres', 'user', 'pi', 'ftpuser'];

export const benchCache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'f2b', 'bench');

/** Numbers below `limit` that are the same in every run (mulberry32). */
function createRandom(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit);
  };
}

type Random = ReturnType<typeof createRandom>;

interface Peer {
  readonly user: string;
  readonly address: string;
  readonly port: number;
}

/** The three lines of a connection: what came first, a wrong password, the end or now and then a login. */
function connectionLines({ user, address, port }: Peer, random: Random): readonly string[] {
  const from = `from ${address} port ${port}`;
  const rhost = `ruser= rhost=${address}  user=${user}`;
  const begin = [
    `Invalid user ${user} ${from}`,
    `pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ${rhost}`,
  ];
  const who = ['authenticating', 'invalid'][random(2)];
  const key = 'ED25519 SHA256:abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG';
  return [
    begin[random(2)] ?? '',
    `Failed password for ${['', 'invalid user '][random(2)]}${user} ${from} ssh2`,
    random(5) > 0
      ? `Connection closed by ${who} user ${user} ${address} port ${port} [preauth]`
      : `Accepted publickey for alice ${from} ssh2: ${key}`,
  ];
}

function entryOf(message: string, pid: number, at: number): string {
  return `__REALTIME_TIMESTAMP=${at}
__MONOTONIC_TIMESTAMP=${at - START + 5_000_000}
_BOOT_ID=${BOOT}
_TRANSPORT=syslog
PRIORITY=6
SYSLOG_FACILITY=4
SYSLOG_IDENTIFIER=sshd
SYSLOG_PID=${pid}
SYSLOG_TIMESTAMP=Nov 14 22:13:20 
MESSAGE=${message}
_PID=${pid}
_UID=0
_GID=0
_COMM=sshd
_EXE=/usr/sbin/sshd
_CMDLINE="sshd: unknown [priv]"
_CAP_EFFECTIVE=1ffffffffff
_SYSTEMD_CGROUP=/system.slice/ssh.service
_SYSTEMD_UNIT=ssh.service
_SYSTEMD_SLICE=system.slice
_SYSTEMD_INVOCATION_ID=4a5b6c7d8e9f0a1b2c3d4e5f60718293
_SOURCE_REALTIME_TIMESTAMP=${at - 37}
_MACHINE_ID=0123456789abcdef0123456789abcdef
_HOSTNAME=server
_RUNTIME_SCOPE=system

`;
}

function* exported(count: number): Generator<string> {
  const random = createRandom(7);
  let at = START;
  for (let made = 0; made < count; ) {
    const pid = 1000 + random(30_000);
    const address = [1 + random(223), random(256), random(256), 1 + random(254)].join('.');
    const user = users[random(users.length)] ?? '';
    for (const message of connectionLines({ user, address, port: 1024 + random(64_000) }, random)) {
      if (made === count) return;
      made += 1;
      at += 200 + random(19_800);
      yield entryOf(message, pid, at);
    }
  }
}

/** The directory with a journal of so many entries; made when there is none. */
export async function sshdJournal(count: number): Promise<string> {
  const directory = join(benchCache, `sshd-${VERSION}-${count}`);
  if (existsSync(directory)) return directory;
  console.error(`writing ${count} entries to ${directory}`);
  const unfinished = `${directory}.${process.pid}`;
  mkdirSync(unfinished, { recursive: true });
  try {
    const output = `--output=${join(unfinished, 'sshd.journal')}`;
    const writer = spawn(JOURNAL_REMOTE, [output, '-'], { stdio: ['pipe', 'ignore', 'ignore'] });
    const ended = once(writer, 'exit');
    await pipeline(Readable.from(exported(count)), writer.stdin);
    const [status] = await ended;
    if (status !== 0) throw new Error(`systemd-journal-remote ended with status ${String(status)}`);
    renameSync(unfinished, directory);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
  return directory;
}
