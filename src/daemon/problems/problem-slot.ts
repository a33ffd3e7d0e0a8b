/**
 * The problem of one part of the system, such as the store, the firewall or the journal.
 * Invariant: at most one problem of that part is open, the latest that was met, and none once it is over.
 */
import type { F2bError } from '../../errors.js';
import type { Problems } from './problems.js';

export interface ProblemSlot {
  /** Opens the problem in the place of the one before. */
  met(error: F2bError): void;
  /** Closes it. */
  over(): void;
  readonly isOpen: boolean;
}

export function createProblemSlot(problems: Problems): ProblemSlot {
  let open: F2bError | undefined;
  const close = () => {
    if (open !== undefined) problems.resolve(open.code);
    open = undefined;
  };
  return {
    met(error) {
      if (open?.code !== error.code) close();
      open = error;
      problems.raise(error);
    },
    over: close,
    get isOpen() {
      return open !== undefined;
    },
  };
}
