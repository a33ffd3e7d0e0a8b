/** Files as filters are read and as lines are taken from them. Invalid UTF-8 becomes U+FFFD, as journald shows it. */
import { closeSync, constants, fstatSync, openSync, readdirSync, readSync, type Stats } from 'node:fs';
import { F2bError, systemCode } from '../../errors.js';

/** Longer files are no filters, which have some kB (bytes). */
const LONGEST_FILE = 1 << 24;
/** Bytes read at a time: of a filter, and of many lines. */
const SMALL = 1 << 14;
const CHUNK = 1 << 20;

/**
 * Undefined when there is no such file; other failures are told. For people's commands: a pipe is read to its end, and
 * none of what has no end more than 16 MB.
 */
export function readFileIfThere(path: string): string | undefined {
  return readIfThere(path, constants.O_RDONLY, () => true);
}

/** The same for who must not be stalled or filled by an odd file: regular files alone. */
export function readRegularFileIfThere(path: string): string | undefined {
  return readIfThere(path, constants.O_RDONLY | constants.O_NONBLOCK, (stats) => stats.isFile());
}

function readIfThere(path: string, flags: number, fits: (stats: Stats) => boolean): string | undefined {
  let file: number;
  try {
    file = openSync(path, flags);
  } catch (cause) {
    if (isAbsent(cause)) return undefined;
    throw unreadable(path, cause);
  }
  try {
    const stats = fstatSync(file);
    if (stats.isDirectory()) return undefined;
    if (!fits(stats)) throw new F2bError('FILE_UNREADABLE', `${path} (not a regular file)`, { hint: 'remove it' });
    if (stats.size > LONGEST_FILE) throw tooLong(path);
    return readToEnd(file, path, (flags & constants.O_NONBLOCK) === 0);
  } finally {
    closeSync(file);
  }
}

/** Whatever length it is said to have. */
function readToEnd(file: number, path: string, canWait: boolean): string {
  const chunks: Buffer[] = [];
  let length = 0;
  const next = () => readChunk(file, path, SMALL, canWait);
  for (let chunk = next(); chunk.length > 0; chunk = next()) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > LONGEST_FILE) throw tooLong(path);
  }
  return Buffer.concat(chunks, length).toString('utf8');
}

function tooLong(path: string): F2bError {
  return new F2bError('FILE_UNREADABLE', `${path} (longer than 16 MB)`, { hint: 'is this the right file?' });
}

/** Names in a folder, none when there is no such folder. */
export function listFolder(path: string): readonly string[] {
  try {
    return readdirSync(path);
  } catch (cause) {
    if (isAbsent(cause)) return [];
    throw unreadable(path, cause);
  }
}

function isAbsent(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR', 'EISDIR'].includes(systemCode(error) ?? '');
}

function unreadable(path: string, cause: unknown): F2bError {
  const code = systemCode(cause);
  return new F2bError('FILE_UNREADABLE', code === undefined ? path : `${path} (${code})`, { cause });
}

/** A line that is longer is cut here, so that a file without line ends does not fill the memory. Bytes. */
const LONGEST_LINE = 1 << 24;

/** A batch of lines and how far into the file it reaches (0…1); undefined when the length is not known. */
export interface FileLines {
  readonly lines: readonly string[];
  readonly progress: number | undefined;
}

/**
 * The lines of a file, `-` for standard input, without their `\n` or `\r\n`. A last line without end counts. The file
 * is opened at once: rights may be given up before the first line is read.
 */
export function readLines(path: string): Generator<FileLines> {
  return linesIn(path === '-' ? 0 : open(path), path);
}

function* linesIn(file: number, path: string): Generator<FileLines> {
  try {
    const length = path === '-' ? 0 : fstatSync(file).size;
    let rest: Buffer = Buffer.alloc(0);
    let total = 0;
    for (let chunk = readChunk(file, path); chunk.length > 0; chunk = readChunk(file, path)) {
      total += chunk.length;
      const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      const { lines, used } = splitLines(bytes);
      rest = bytes.subarray(used);
      yield { lines, progress: length > 0 ? Math.min(1, total / length) : undefined };
    }
    if (rest.length > 0) yield { lines: [withoutReturn(rest.toString('utf8'))], progress: 1 };
  } finally {
    if (file !== 0) closeSync(file);
  }
}

function open(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

/** `canWait`: for what is not there yet. Some files of /proc, which are regular ones, have nothing for ever. */
function readChunk(file: number, path: string, size = CHUNK, canWait = true): Buffer {
  const buffer = Buffer.allocUnsafe(size);
  for (;;) {
    try {
      return buffer.subarray(0, readSync(file, buffer, 0, size, null));
    } catch (cause) {
      const code = systemCode(cause);
      // A terminal or pipe on standard input may not be ready yet, or be closed already.
      if (code === 'EOF') return buffer.subarray(0, 0);
      if (code !== 'EAGAIN' || !canWait) throw unreadable(path, cause);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
    }
  }
}

function splitLines(bytes: Buffer): { readonly lines: readonly string[]; readonly used: number } {
  const lines: string[] = [];
  let start = 0;
  for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, start)) {
    lines.push(withoutReturn(bytes.toString('utf8', start, end)));
    start = end + 1;
  }
  if (bytes.length - start > LONGEST_LINE) {
    lines.push(bytes.toString('utf8', start));
    start = bytes.length;
  }
  return { lines, used: start };
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}
