/** Files of addresses for IgnoreIP=. Invariant: only regular files of a limited size are read. */
import { statSync } from 'node:fs';
import type { ListFile } from '../../ports/list-file.js';
import { readRegularFileIfThere } from './read-file.js';

/** Longer lists are not read: half a million addresses and more (bytes). */
const MAX_SIZE = 16 * 1024 * 1024;

/** A file of addresses (IgnoreIP=file:PATH); undefined when there is no regular file of bearable size. */
export function listFile(path: string): ListFile | undefined {
  const stats = attempt(() => statSync(path));
  if (stats === undefined || !stats.isFile() || stats.size > MAX_SIZE) return undefined;
  const { mtimeMs, ino, size } = stats;
  return { version: `${ino} ${mtimeMs} ${size}`, read: () => attempt(() => readRegularFileIfThere(path)) };
}

function attempt<T>(ask: () => T): T | undefined {
  try {
    return ask();
  } catch {
    return undefined;
  }
}
