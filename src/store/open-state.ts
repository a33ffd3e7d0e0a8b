/**
 * A state that is open for writing, by this program alone.
 * Invariant: what one call writes is stored whole or not at all.
 */
import { isDeepStrictEqual } from 'node:util';
import { F2bError } from '../errors.js';
import type { Loaded, Remember, Remembered, Store } from '../ports/store.js';
import { digestOf } from './digest.js';
import { openExclusive } from './exclusive.js';
import { areOpen, type Files, filesOf, idOf, removeLogs } from './files.js';
import { readState } from './read-state.js';
import { transaction } from './tables/pages.js';
import { TallyUpkeep } from './tables/tally-upkeep.js';
import { isEmpty, type Writes } from './write-queue.js';
import { changesTally, prepareAll, writeChanges } from './write-state.js';

export interface OpenState {
  /** See Store. The file is read while it is being checked. */
  load: Store['load'];
  /** Hands over what is remembered in the file, once that is known to be sound. */
  read(remember: Remember): Promise<Loaded>;
  /** See digestOf. */
  digest(): Promise<string>;
  /** Adds to what is stored; durable when the promise resolves. */
  write(writes: Writes): Promise<void>;
  /** Stores this alone. `all` is gone through before anything else happens. */
  writeAll(all: Remembered): Promise<void>;
  /** Which file is open; undefined while that is not known to be sound. */
  readonly id: string | undefined;
  /** False when another program, or a next start, would not find the files that are open here. */
  isInPlace(): boolean;
  close(): Promise<void>;
}

/** See openExclusive. */
export async function openState(
  ...[directory, report, whenLocked]: Parameters<typeof openExclusive>
): Promise<OpenState> {
  const { path, sound, abandonCheck, close } = await openExclusive(directory, report, whenLocked);
  let files: Files | undefined;
  let isHere = true;
  const isInPlace = () => isHere && (files === undefined || isDeepStrictEqual(files, filesOf(directory)));
  sound.then(
    () => {
      files = filesOf(directory);
      isHere = areOpen(files);
    },
    // Whoever needs it meets the failure.
    () => {},
  );
  let upkeep: TallyUpkeep | undefined;
  let keeping: Promise<void> = Promise.resolve();
  const load: Store['load'] = async (begin, ending) => {
    onAbort(ending, abandonCheck);
    const early = readState(path, begin(), ending);
    const [looked] = await Promise.allSettled([sound, early]);
    ending?.throwIfAborted();
    if (looked.status === 'rejected') throw looked.reason;
    const { unreadable, ...loaded } = await (looked.value.isReplaced ? readState(path, begin(), ending) : early);
    if (unreadable > 0) report(new F2bError('STORE_DAMAGED', `${path}: ${unreadable} rows were passed over`));
    return loaded;
  };
  return {
    load,
    read: async (remember) => {
      await sound;
      return readState(path, remember);
    },
    digest: async () => {
      await sound;
      return digestOf(path);
    },
    write: async (writes) => {
      if (isEmpty(writes)) return;
      const { database } = await sound;
      await keeping;
      await transaction(database, () => writeChanges(database, writes));
      if (!changesTally(writes)) return;
      upkeep ??= new TallyUpkeep(database);
      // Nobody waits for it but what is written next; it is tried again after that.
      keeping = upkeep.step().catch(() => {});
    },
    writeAll: async (all) => {
      const store = prepareAll(all);
      const { database } = await sound;
      await keeping;
      upkeep = undefined;
      await transaction(database, () => store(database));
    },
    get id() {
      return files?.state;
    },
    isInPlace,
    async close() {
      await keeping;
      await close();
      if (files !== undefined && files.state !== idOf(path)) removeLogs(directory, files);
    },
  };
}

/** Does it at once when the signal has aborted already. */
function onAbort(signal: AbortSignal | undefined, work: () => void): void {
  signal?.addEventListener('abort', work, { once: true });
  if (signal?.aborted) work();
}
