/** A journal whose changes wake nobody: how that is noticed, and what is told of it. */
import { constants } from 'node:os';
import { F2bError } from '../errors.js';
import type { Look } from './reader.js';

const { errno } = constants;

/** A limit of the kernel's, inotify(7). */
function raise(limit: string): string {
  return `raise the limit: sysctl -w fs.inotify.${limit}=65536, and write it into a file in /etc/sysctl.d`;
}

/** The problem of a journal whose changes wake nobody, from the errno that says why; undefined for 0. */
export function unwatchedError(reason: number): F2bError | undefined {
  switch (reason) {
    case 0:
      return undefined;
    case errno.EMFILE:
      return new F2bError('JOURNAL_UNWATCHED', 'this user has no inotify instances left', {
        hint: raise('max_user_instances'),
      });
    case errno.ENOSPC:
      return new F2bError('JOURNAL_UNWATCHED', 'this user has no inotify watches left', {
        hint: raise('max_user_watches'),
      });
    default:
      return new F2bError('JOURNAL_UNWATCHED', 'its file system does not tell');
  }
}

/**
 * Finds out that a file system does not tell of changes, though libsystemd watches it. journald tells of each entry within
 * half a second: of two looks in a row, some seconds apart, that follow entries, one is told.
 */
export class Untold {
  #inRow = 0;
  #isSo = false;

  /** `isIdle`: nothing is being read that was there before. */
  note({ waits, wasRead, wasTold }: Look, isIdle: boolean): void {
    this.#inRow = wasTold || !isIdle || !(waits || wasRead) ? 0 : this.#inRow + 1;
    this.#isSo = !wasTold && (this.#isSo || this.#inRow > 1);
  }

  get isSo(): boolean {
    return this.#isSo;
  }
}
