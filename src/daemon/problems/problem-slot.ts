/**
 * The problem that one part of the world has at a time: the store, the firewall or the journal.
 * Invariant: of all that is met at most one is open, the latest, and none once it is over.
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
