import { statfsSync } from 'node:fs';

/** Bytes that a user without privileges may still write where this path lies; undefined when it is not there. */
export function freeSpace(path: string): number | undefined {
  try {
    const { bavail, bsize } = statfsSync(path);
    return bavail * bsize;
  } catch {
    return undefined;
  }
}
