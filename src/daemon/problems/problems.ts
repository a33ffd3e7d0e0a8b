/**
 * The problems that are open now. Each is told once when it appears and once when it is resolved,
 * however often it is met in between. A failure to tell is a problem too, and stops nothing.
 */

import type { AgentEvent } from '../../agent/agent-event.js';
import { asF2bError, type ErrorCode, type F2bError } from '../../errors.js';
import type { Notifier } from '../../ports/notifier.js';

export interface Problems {
  /** Opens the problem, or keeps it open. */
  raise(error: F2bError): void;
  /** Opens the problem, or keeps it open, when it has been told in another way. */
  note(error: F2bError): void;
  /** Closes the problems of these codes that are open. */
  resolve(...codes: readonly ErrorCode[]): void;
  readonly open: readonly F2bError[];
  /** Calls `listener`, in the place of an earlier one, whenever one of them is another. */
  onChange(listener: () => void): void;
}

export function createProblems(notifier: Notifier): Problems {
  const open = new Map<ErrorCode, F2bError>();
  let changed = () => {};
  const note = (error: F2bError) => {
    open.set(error.code, error);
    changed();
  };
  const tell = (event: AgentEvent) => {
    try {
      notifier.notify(event);
    } catch (cause) {
      note(asF2bError(cause));
    }
  };
  return {
    raise(error) {
      const known = open.get(error.code);
      note(error);
      if (known?.message !== error.message) tell({ kind: 'problem', error });
    },
    note,
    resolve(...codes) {
      for (const code of codes) {
        const error = open.get(code);
        if (error === undefined) continue;
        open.delete(code);
        changed();
        tell({ kind: 'resolved', error });
      }
    },
    get open() {
      return [...open.values()];
    },
    onChange(listener) {
      changed = listener;
    },
  };
}
