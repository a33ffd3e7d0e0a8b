/** A text that is kept in a file of the agent's own. Invariant: the file holds a whole text, the last one or the one before. */
import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';

/** Longer texts are neither kept nor read: some thousand jails (bytes). */
const MAX_SIZE = 16 * 1024 * 1024;

export interface KeptText {
  readonly text: string;
  /** When it was written, ms since the epoch. */
  readonly at: number;
}

/** Undefined when there is none that can be read. */
export function readKept(path: string): KeptText | undefined {
  try {
    const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const stats = fstatSync(file);
      if (!stats.isFile() || stats.size > MAX_SIZE) return undefined;
      return { text: readFileSync(file, 'utf8'), at: stats.mtimeMs };
    } finally {
      closeSync(file);
    }
  } catch {
    return undefined;
  }
}

/** Writes it unless it is there already. Rejects with the system's error, or RangeError when it is too long. */
export async function writeKept(path: string, text: string): Promise<void> {
  if (Buffer.byteLength(text) > MAX_SIZE) throw new RangeError('it is too long');
  if (readKept(path)?.text === text) return;
  const made = `${path}.new`;
  await rm(made, { force: true });
  const file = await open(made, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(made, path);
}
