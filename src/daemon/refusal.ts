/**
 * What one part of the world refuses: the store, the firewall or the journal.
 * Invariant: at most one problem of it is open, the latest; none once it has taken something again.
 */
import type { F2bError } from '../errors.js';
import type { Problems } from './problems.js';

export interface Refusal {
  /** Opens the problem in the place of the one before. */
  met(error: F2bError): void;
  /** Closes it. */
  over(): void;
  readonly isOpen: boolean;
}

export function createRefusal(problems: Problems): Refusal {
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
