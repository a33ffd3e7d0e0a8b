/** Reads a state that cannot be opened in place, for lack of room or rights, from a copy that is removed afterwards. */
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { asF2bError, F2bError } from '../errors.js';
import type { Loaded, Store } from '../ports/store.js';
import { isAbsent } from './files.js';
import { openState } from './open-state.js';
import { readNewer } from './read-state.js';
import { refuseOddFile } from './refuse-odd-file.js';
import { STATE_FILE } from './state-file.js';

/**
 * The state in `directory`, by way of a copy in `scratch`, and its digest; a damaged one, or one of a newer version, is read
 * as far as it goes, and has none. Throws the STORE_ errors.
 */
export async function loadCopy(
  directory: string,
  scratch: string,
  ...[begin, ending]: Parameters<Store['load']>
): Promise<{ readonly loaded: Loaded; readonly digest: string | undefined }> {
  const folder = await mkdtemp(join(scratch, 'f2b-state-')).catch((cause: unknown) => {
    throw new F2bError('STORE_FAILED', scratch, { cause });
  });
  try {
    for (const name of [STATE_FILE, `${STATE_FILE}-wal`]) await copy(join(directory, name), join(folder, name));
    const state = await openState(folder, () => {}).catch((error: unknown) => {
      if (asF2bError(error).code === 'STORE_NEWER') return undefined;
      throw error;
    });
    if (state === undefined) {
      return { loaded: await readNewer(join(folder, STATE_FILE), begin(), ending), digest: undefined };
    }
    try {
      const loaded = await state.load(begin, ending);
      return { loaded, digest: await state.digest() };
    } finally {
      await state.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function copy(from: string, to: string): Promise<void> {
  if (isAbsent(from)) return;
  refuseOddFile(from);
  await copyFile(from, to).catch((cause: unknown) => {
    throw new F2bError('STORE_UNREADABLE', from, { cause });
  });
}
