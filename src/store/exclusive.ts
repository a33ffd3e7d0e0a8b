/**
 * The state file opened by the one program that may write it.
 * Invariant: while it is open no other program of ours writes, and with root's rights no folder of others is touched.
 */
import { access, constants, mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { F2bError } from '../errors.js';
import type { Database } from './database.js';
import { lockDirectory } from './lock.js';
import { openStateFile, STATE_FILE, type StateFile } from './state-file.js';

export interface Exclusive extends StateFile {
  readonly path: string;
}

/**
 * Opens the state in `directory`, which is made when it is missing. `report` is told of damage that was mended;
 * `whenLocked` is what is to be done there before, once no other program can.
 * Throws STORE_BUSY, STORE_FOREIGN, STORE_NEWER and the other STORE_ errors.
 */
export async function openExclusive(
  directory: string,
  report: (error: F2bError) => void,
  whenLocked: () => Promise<void> = async () => {},
): Promise<Exclusive> {
  await prepareDirectory(directory);
  const lock = await lockDirectory(directory);
  const path = join(directory, STATE_FILE);
  try {
    await whenLocked();
    const { close, ...file } = await openStateFile(path, report);
    return {
      ...file,
      path,
      close: async () => {
        await close();
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
  await refuseOthersFolder(directory);
  await access(directory, constants.W_OK).catch((cause: unknown) => {
    throw new F2bError('STORE_READ_ONLY', directory, { cause });
  });
}

/**
 * Throws STORE_FOREIGN when root is to write where somebody else can put links to files of root's: SQLite follows them.
 */
async function refuseOthersFolder(directory: string): Promise<void> {
  if (process.getuid?.() !== 0) return;
  const { uid, gid, mode } = await stat(directory);
  const othersWrite = (mode & 0o002) !== 0 || ((mode & 0o020) !== 0 && gid !== 0);
  if (uid !== 0 || othersWrite) throw new F2bError('STORE_FOREIGN', directory);
}
