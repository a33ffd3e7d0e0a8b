/**
 * The log files that the processes of units write to, as far as /proc lets the caller see: root sees all of them. What
 * cannot be seen is left out.
 */
import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { MICROS_PER_MILLISECOND } from '../../core/time.js';

/** A file that a process has open for writing. */
export interface OpenLogFile {
  readonly path: string;
  /** When it was last written to, µs since the epoch. */
  readonly writtenAt: number;
}

/** Processes of a service that are looked at: those that hold its logs are the first. */
const MOST_PROCESSES = 64;

/** journald's own files and the records of logins are no logs of services. */
const OTHERS = /^\/var\/log\/(?:journal\/|wtmp|btmp|lastlog)/;
const LOGS = /^\/var\/log\/|\.log$/;
/** Access modes in the flags of an open file: O_ACCMODE, open(2). */
const ACCESS = 3;

/** `controlGroups`: as systemd names them, such as `/system.slice/nginx.service`. `root` is the machine's but for tests. */
export function openLogFiles(controlGroups: readonly string[], root = '/'): readonly OpenLogFile[] {
  const found = new Map<string, OpenLogFile>();
  for (const group of controlGroups) {
    for (const process of processesIn(join(root, 'sys/fs/cgroup', group)).slice(0, MOST_PROCESSES)) {
      for (const path of logsWrittenBy(join(root, 'proc', process))) {
        if (found.has(path)) continue;
        const file = ifSeen(() => statSync(path));
        if (file?.isFile()) found.set(path, { path, writtenAt: Math.floor(file.mtimeMs) * MICROS_PER_MILLISECOND });
      }
    }
  }
  return [...found.values()];
}

/** Of the group and those below it. */
function processesIn(folder: string): readonly string[] {
  const own = ifSeen(() => readFileSync(join(folder, 'cgroup.procs'), 'utf8').split('\n')) ?? [];
  const below = ifSeen(() => readdirSync(folder, { withFileTypes: true })) ?? [];
  const inner = below.flatMap((entry) => (entry.isDirectory() ? processesIn(join(folder, entry.name)) : []));
  return [...own.filter((line) => line !== ''), ...inner];
}

function logsWrittenBy(process: string): readonly string[] {
  const descriptors = ifSeen(() => readdirSync(join(process, 'fd'))) ?? [];
  return descriptors.flatMap((descriptor) => {
    const path = ifSeen(() => readlinkSync(join(process, 'fd', descriptor)));
    if (path === undefined || OTHERS.test(path) || !LOGS.test(path)) return [];
    const flags = ifSeen(() => /^flags:\s*(\d+)/m.exec(readFileSync(join(process, 'fdinfo', descriptor), 'utf8'))?.[1]);
    return (Number.parseInt(flags ?? '0', 8) & ACCESS) === 0 ? [] : [path];
  });
}

/** Undefined when it may not be seen, or is no longer there. */
function ifSeen<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch {
    return undefined;
  }
}
