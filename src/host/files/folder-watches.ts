/**
 * Folders whose changes are told at once, by inotify. Invariant: a folder in whose place there is another one is watched
 * anew by the next `set`.
 */
import { type FSWatcher, statSync, watch } from 'node:fs';
import { systemCode } from '../../errors.js';

/** `names`: a file may have come or gone; `content`: the file of that name may have grown or changed its rights. */
export type Change = { readonly kind: 'names' } | { readonly kind: 'content'; readonly name: string };

export interface FolderWatches {
  /** Watches these folders and no other; true when one is watched that was not before. */
  set(folders: readonly string[]): boolean;
  /** Why a folder cannot be watched, in the words of errno(3); undefined when all are. */
  readonly failure: string | undefined;
  close(): void;
}

interface Watched {
  readonly inode: bigint | undefined;
  readonly watcher: FSWatcher;
}

function inodeOf(folder: string): bigint | undefined {
  return statSync(folder, { bigint: true, throwIfNoEntry: false })?.ino;
}

/** `changed` is told of every change. */
export function createFolderWatches(changed: (change: Change) => void): FolderWatches {
  const watched = new Map<string, Watched>();
  let failure: string | undefined;

  function fail(folder: string, error: unknown): void {
    failure = `${folder}: ${systemCode(error) ?? String(error)}`;
  }

  function add(folder: string): boolean {
    try {
      const watcher = watch(folder, (event, name) => {
        changed(event === 'rename' || name === null ? { kind: 'names' } : { kind: 'content', name });
      });
      watcher.on('error', (error) => fail(folder, error));
      watched.set(folder, { inode: inodeOf(folder), watcher });
      return true;
    } catch (error) {
      fail(folder, error);
      return false;
    }
  }

  function remove(folder: string): void {
    watched.get(folder)?.watcher.close();
    watched.delete(folder);
  }

  /** Why it could not be asked is told by `add`. */
  function isSame(folder: string, inode: bigint | undefined): boolean {
    try {
      return inodeOf(folder) === inode;
    } catch {
      return false;
    }
  }

  return {
    set(folders) {
      failure = undefined;
      for (const [folder, { inode }] of watched) {
        if (!folders.includes(folder) || !isSame(folder, inode)) remove(folder);
      }
      const missing = folders.filter((folder) => !watched.has(folder));
      return missing.map(add).includes(true);
    },
    get failure() {
      return failure;
    },
    close() {
      for (const folder of [...watched.keys()]) remove(folder);
    },
  };
}
