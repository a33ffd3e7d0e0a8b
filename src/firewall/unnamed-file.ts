/**
 * Text as the standard input of a program that opens /dev/stdin by its name, as nft does: that works for files and
 * pipes, but what Node.js calls a pipe is a socket (unix(7): ENXIO). Invariant: the file has no name any more.
 */
import { randomBytes } from 'node:crypto';
import { closeSync, openSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/**
 * In the first of the folders that has room, as others may have filled the one before. Answers with a descriptor at the
 * start of the text, to be closed. Throws what open(2) and write(2) do.
 */
export function unnamedFile(text: string, [folder = '', ...others]: readonly string[]): number {
  try {
    return fileIn(folder, Buffer.from(text));
  } catch (error) {
    if (others.length === 0) throw error;
    return unnamedFile(text, others);
  }
}

function fileIn(folder: string, bytes: Buffer): number {
  const path = join(folder, `f2b-${randomBytes(12).toString('hex')}`);
  const descriptor = openSync(path, 'wx+', 0o600);
  try {
    unlinkSync(path);
    // With a position the descriptor's own stays at 0: newer versions of nft read what they were given.
    for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at, bytes.length - at, at);
    return descriptor;
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}
