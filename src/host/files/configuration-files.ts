/**
 * Writes files of the configuration, and what a person wants in a file. Invariant: each path holds the whole old text or the
 * whole new one.
 */
import {
  closeSync,
  fchmodSync,
  mkdirSync,
  openSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { MICROS_PER_MILLISECOND } from '../../core/time.js';
import { F2bError, systemCode } from '../../errors.js';
import { readRegularFileIfThere } from './read-file.js';

function refused(path: string, cause: unknown): F2bError {
  return new F2bError('CONFIG_UNWRITABLE', path, { cause });
}

/** The text of a regular file, undefined when there is none that can be read. Never waits. */
export function textOf(path: string): string | undefined {
  try {
    return readRegularFileIfThere(path);
  } catch {
    return undefined;
  }
}

/** Its ctime, as a package brings files with their old mtimes; µs since the epoch. */
export function changedAt(path: string): number | undefined {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats && Math.floor(stats.ctimeMs * MICROS_PER_MILLISECOND);
}

/** Whether everybody may read what is there: of a link, what it leads to. */
export function isPublic(path: string): boolean {
  return ((statSync(path, { throwIfNoEntry: false })?.mode ?? 0) & 0o004) !== 0;
}

/**
 * Readable for all unless `mode` says otherwise, as the agent reads it as the user f2b. A device, or a link to one, is not
 * replaced. Throws CONFIG_UNWRITABLE.
 */
export function writeConfiguration(path: string, text: string, mode = 0o644): void {
  try {
    writeWhole(path, text, mode, () => mkdirSync(dirname(path), { recursive: true, mode: 0o755 }));
  } catch (cause) {
    throw refused(path, cause);
  }
}

/** The same for a file that a person named: its folder is not made, for that name may be a slip. Throws OUTPUT_FAILED. */
export function writeOutput(path: string, text: string): void {
  try {
    writeWhole(path, text, 0o644);
  } catch (cause) {
    const hint = hintOnOutput(cause);
    throw new F2bError('OUTPUT_FAILED', path, { cause, ...(hint !== undefined && { hint }) });
  }
}

/** Undefined where it is about room. */
function hintOnOutput(cause: unknown): string | undefined {
  switch (systemCode(cause)) {
    case undefined:
      return 'name a file that is no device or folder';
    case 'ENOENT':
    case 'ENOTDIR':
    case 'EACCES':
    case 'EPERM':
      return 'name a file in a folder that is there and that this user may write to';
    default:
      return undefined;
  }
}

function writeWhole(path: string, text: string, mode: number, makeFolder?: () => void): void {
  // Others may write the same file now: each has a name of its own until it is whole.
  const made = `${path}.f2bctl-${process.pid}`;
  if (statSync(path, { throwIfNoEntry: false })?.isFile() === false) throw new Error('it is no regular file');
  makeFolder?.();
  try {
    rmSync(made, { force: true });
    writeNew(made, text, mode);
    renameSync(made, path);
  } catch (cause) {
    rmSync(made, { force: true });
    throw cause;
  }
}

/** The folder may be somebody else's, who puts a link there at any moment: the mode is that of what was written. */
function writeNew(path: string, text: string, mode: number): void {
  const file = openSync(path, 'wx', mode);
  try {
    // Whatever the process' mask is.
    fchmodSync(file, mode);
    writeFileSync(file, text);
  } finally {
    closeSync(file);
  }
}

/** Readable for root alone. Throws CONFIG_UNWRITABLE. */
export function writeSecret(path: string, text: string): void {
  writeConfiguration(path, text, 0o600);
}

/** Removes the file, and its folder of drop-ins when nothing else is in it. Throws CONFIG_UNWRITABLE. */
export function removeConfiguration(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch (cause) {
    throw refused(path, cause);
  }
  const folder = dirname(path);
  if (!folder.endsWith('.conf.d')) return;
  try {
    rmdirSync(folder);
  } catch {
    // Others are in it.
  }
}
