/**
 * Keeps a second agent out of a state directory. SQLite's own locks do it, on a file of their own that stays empty,
 * so the kernel releases them however the process ends.
 */
import { join } from 'node:path';
import { F2bError } from '../errors.js';
import { openDatabase } from './database.js';

export interface Lock {
  release(): Promise<void>;
}

/** Locks the directory. Throws STORE_BUSY when another process holds it. */
export async function lockDirectory(directory: string): Promise<Lock> {
  const database = await openDatabase(join(directory, 'lock'), 'create');
  try {
    // Without a journal it takes no room, so that a full disk keeps a second agent out too.
    await database.exec('PRAGMA busy_timeout = 0; PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
  } catch (error) {
    await database.close();
    if (error instanceof F2bError && error.code === 'STORE_LOCKED') throw new F2bError('STORE_BUSY', directory);
    throw error;
  }
  return { release: () => database.close() };
}
