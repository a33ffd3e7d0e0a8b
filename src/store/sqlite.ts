/**
 * The durable memory in one SQLite file, `state.sqlite` in the state directory.
 * Invariant: a commit is stored whole or not at all, and a later commit is never stored without an earlier one.
 */
import type { F2bError } from '../errors.js';
import type { Store } from '../ports/store.js';
import { openState } from './open-state.js';
import { type ResilientOptions, ResilientState } from './resilient-state.js';
import { createWriteQueue, type Writes } from './write-queue.js';

export interface StoreOptions {
  /** The state directory; made when it is missing. */
  readonly directory: string;
  /** Told of damage that was mended while opening or loading. */
  readonly report: (error: F2bError) => void;
}

/** Opens the store and locks it against a second agent. Throws STORE_BUSY, STORE_NEWER and the other STORE_ errors. */
export async function openStore({ directory, report }: StoreOptions): Promise<Store> {
  return inOrder(await openState(directory, report));
}

/**
 * Opens the store of an agent that goes on without one: what cannot be read or written now is tried again with each
 * commit. Throws STORE_BUSY when another agent has it, and STORE_FOREIGN.
 */
export async function openResilientStore(options: ResilientOptions): Promise<Store> {
  const state = new ResilientState(options);
  await state.open();
  return inOrder({
    load: (begin, ending) => state.load(begin, ending),
    write: (writes) => state.write(writes),
    close: () => state.close(),
  });
}

interface State extends Pick<Store, 'load' | 'close'> {
  readonly write: (writes: Writes) => Promise<void>;
}

function inOrder({ load, write, close }: State): Store {
  const queue = createWriteQueue(write);
  const nothing = { position: undefined, effects: [], allowances: undefined };
  return {
    load,
    commit: (position, effects) => queue.add({ ...nothing, position, effects }),
    saveAllowances: (allowances) => queue.add({ ...nothing, allowances }),
    close: async () => {
      // A file that is gone by now is written once more, if it can be.
      await queue.add(nothing).catch(() => {});
      await queue.idle();
      await close();
    },
  };
}
