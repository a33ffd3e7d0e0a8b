import { readFileSync, statSync } from 'node:fs';
import type { ListFile } from './spare-list.js';

/** Longer lists are not read: half a million addresses and more (bytes). */
const MAX_SIZE = 16 * 1024 * 1024;

/** A file of addresses (IgnoreIP=file:PATH); undefined when there is no regular file of bearable size. */
export function listFile(path: string): ListFile | undefined {
  try {
    const { mtimeMs, ino, size } = statSync(path);
    if (size > MAX_SIZE) return undefined;
    return { version: `${ino} ${mtimeMs} ${size}`, read: () => readFileSync(path, 'utf8') };
  } catch {
    return undefined;
  }
}
