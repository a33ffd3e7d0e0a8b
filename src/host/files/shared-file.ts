/** A file of ours that others read. Invariant: it holds a whole text at any moment, the last one or the one before. */
import { constants } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';

/** Writes it, readable for all. True when it held something else before. Rejects with the system's error. */
export async function writeShared(path: string, text: string): Promise<boolean> {
  if (await holds(path, text)) return false;
  const made = `${path}.f2b-new`;
  await rm(made, { force: true });
  const file = await open(made, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o644);
  try {
    // Whatever the process' mask is.
    await file.chmod(0o644);
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(made, path);
  return true;
}

/** The folder may be somebody else's: what lies there is read only if it is a file and as long as the text. */
async function holds(path: string, text: string): Promise<boolean> {
  try {
    const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const stats = await file.stat();
      if (!stats.isFile() || stats.size !== Buffer.byteLength(text)) return false;
      return (await file.readFile('utf8')) === text;
    } finally {
      await file.close();
    }
  } catch {
    return false;
  }
}
