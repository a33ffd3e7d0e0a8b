/** The files that f2b-tail follows, as they are on disk. Opening never waits: a FIFO in a file's place is refused. */
import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { F2bError, systemCode } from '../../errors.js';
import type { FileState, LogFiles, OpenFile } from '../../ports/log-files.js';

const NANOS_PER_MICRO = 1000n;
/** Hexadecimal digits: 64 bits. */
const DIGEST_LENGTH = 16;

/** What `work` returns; undefined when there is no such file or folder. */
function ifThere<T>(path: string, work: () => T): T | undefined {
  try {
    return work();
  } catch (cause) {
    const code = systemCode(cause);
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    if (cause instanceof F2bError) throw cause;
    throw new F2bError('FILE_UNREADABLE', `${path} (${code ?? String(cause)})`, { cause, hint: RIGHTS });
  }
}

const RIGHTS =
  'f2b-tail is in the group adm; for other files give its unit their group: SupplementaryGroups= in a drop-in, see f2b-tail(8)';

function stateOf(fd: number): FileState {
  const stats = fstatSync(fd, { bigint: true });
  return {
    inode: String(stats.ino),
    size: Number(stats.size),
    modifiedAt: Number(stats.mtimeNs / NANOS_PER_MICRO),
    bornAt: Number(stats.birthtimeNs / NANOS_PER_MICRO),
    isLinked: stats.nlink > 0n,
  };
}

/** Where an open file has bytes again, see lseek(2), SEEK_DATA. */
export type NextData = (fd: number, from: number) => number;

function openRegular(path: string, nextData: NextData): OpenFile {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  if (!fstatSync(fd).isFile()) {
    closeSync(fd);
    throw new F2bError('FILE_UNREADABLE', `${path} (not a regular file)`, { hint: 'name files alone in File=' });
  }
  return {
    state: () => stateOf(fd),
    read(at, length) {
      // Some file systems have files that are longer than Node.js can count.
      if (at > Number.MAX_SAFE_INTEGER - length) return Buffer.alloc(0);
      const bytes = Buffer.allocUnsafe(length);
      return bytes.subarray(0, readSync(fd, bytes, 0, length, at));
    },
    nextData: (from) => nextData(fd, from),
    close: () => closeSync(fd),
  };
}

export function createLogFiles(nextData: NextData): LogFiles {
  return {
    names: (folder) => ifThere(folder, () => readdirSync(folder)),
    open: (path) => ifThere(path, () => openRegular(path, nextData)),
    inodeOf: (path) => ifThere(path, () => String(statSync(path, { bigint: true }).ino)),
    digest: (bytes) => createHash('sha256').update(bytes).digest('hex').slice(0, DIGEST_LENGTH),
  };
}
