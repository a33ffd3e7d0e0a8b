/**
 * Text as the standard input of a program that opens /dev/stdin by its name, as nft does: that works for files and
 * pipes, but what Node.js calls a pipe is a socket (unix(7): ENXIO). Invariant: the file has no name any more.
 */
import { randomBytes } from 'node:crypto';
import { openSync, unlinkSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** In memory if that is possible: a full disk must not keep bans from being made. */
const FOLDERS = ['/dev/shm', tmpdir()];

/** Answers with a descriptor at the start of the text, to be closed. Throws what open(2) and write(2) do. */
export function unnamedFile(text: string): number {
  const descriptor = createIn(FOLDERS);
  const bytes = Buffer.from(text);
  // With a position the descriptor's own stays at 0: newer versions of nft read what they were given.
  for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at, bytes.length - at, at);
  return descriptor;
}

function createIn([folder = '', ...others]: readonly string[]): number {
  const path = join(folder, `f2b-${randomBytes(12).toString('hex')}`);
  try {
    const descriptor = openSync(path, 'wx+', 0o600);
    unlinkSync(path);
    return descriptor;
  } catch (error) {
    if (others.length === 0) throw error;
    return createIn(others);
  }
}
