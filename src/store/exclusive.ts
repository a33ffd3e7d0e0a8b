/**
 * The state file opened by the one program that may write it.
 * Invariant: while it is open no other program of ours writes; its files belong to the directory's owner.
 */
import { access, chown, constants, mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { F2bError } from '../errors.js';
import type { Database } from './database.js';
import { lockDirectory } from './lock.js';
import { openStateFile, STATE_FILE, type StateFile } from './state-file.js';

export interface Exclusive extends StateFile {
  readonly path: string;
}

/**
 * Opens the state in `directory`, which is made when it is missing. `report` is told of damage that was mended.
 * Throws STORE_BUSY, STORE_NEWER and the other STORE_ errors.
 */
export async function openExclusive(directory: string, report: (error: F2bError) => void): Promise<Exclusive> {
  await prepareDirectory(directory);
  const lock = await lockDirectory(directory);
  const path = join(directory, STATE_FILE);
  try {
    const { sound, close } = await openStateFile(path, report);
    await giveToOwner(directory);
    return {
      path,
      sound,
      close: async () => {
        await close();
        await giveToOwner(directory);
        await lock.release();
      },
    };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/**
 * The state for a command of f2bctl, checked; what was damaged is mended without a word. Throws as `openExclusive`
 * does.
 */
export async function openIdle(directory: string): Promise<Exclusive & { readonly database: Database }> {
  const state = await openExclusive(directory, () => undefined).catch((error: unknown) => {
    throw busyWithHint(error);
  });
  try {
    const { database } = await state.sound;
    return { ...state, database };
  } catch (error) {
    await state.close();
    throw error;
  }
}

/** The error with what to do about it, when it is that the agent runs. */
function busyWithHint(error: unknown): unknown {
  if (!(error instanceof F2bError) || error.code !== 'STORE_BUSY') return error;
  const hint = 'stop the agent before, and start it after: systemctl stop f2bd; its bans stay in the firewall';
  return new F2bError('STORE_BUSY', undefined, { cause: error, hint });
}

async function prepareDirectory(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o750 }).catch((cause: unknown) => {
    throw new F2bError('STORE_UNREADABLE', directory, { cause });
  });
  await access(directory, constants.W_OK).catch((cause: unknown) => {
    throw new F2bError('STORE_READ_ONLY', directory, { cause });
  });
}

/** What root made, the agent's user must be able to write. SQLite gives its logs to the owner of the file itself. */
async function giveToOwner(directory: string): Promise<void> {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = await stat(directory);
  for (const name of ['lock', STATE_FILE, `${STATE_FILE}-wal`, `${STATE_FILE}-shm`]) {
    await chown(join(directory, name), uid, gid).catch(() => undefined);
  }
}
