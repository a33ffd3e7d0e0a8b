import { type Stats, statSync } from 'node:fs';
import { F2bError } from '../errors.js';

/** Throws STORE_UNREADABLE for what is there and is no file: who opens a FIFO waits for a writer, who may never come. */
export function refuseOddFile(path: string): void {
  if (statsOf(path)?.isFile() === false) throw new F2bError('STORE_UNREADABLE', `${path} (not a regular file)`);
}

/** Undefined where nothing is to be known: who opens it then is told why. */
function statsOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
