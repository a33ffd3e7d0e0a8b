/**
 * What is done after firewalld refused a call, so that one entry or one set that it does not take holds up no other.
 * Invariant: an entry is tried a limited number of times before it counts as refused.
 */
import type { Pool } from './pool.js';
import type { Step } from './step.js';

/** How often an entry is tried before it counts as refused. */
const ATTEMPTS = 2;

export class RefusedSteps {
  readonly #attempts = new Map<string, number>();

  /** Finds another way to what the refused `step` was for; false when there is none. `at`: µs since the epoch. */
  mend(pool: Pool, step: Step, isEntryWrong: boolean, at: number): boolean {
    switch (step.kind) {
      case 'read':
        return false;
      case 'add': {
        const attempts = (this.#attempts.get(step.entry) ?? 0) + 1;
        this.#attempts.set(step.entry, attempts);
        if (isEntryWrong || attempts >= ATTEMPTS) pool.refuse(step.entry);
        else pool.invalidate(step.set, at);
        return true;
      }
      case 'remove':
        pool.rewrite(step.set);
        return true;
      case 'replace':
        // firewalld may have emptied the set before it failed, and would not know.
        if (step.entries.length === 0) return false;
        pool.isDoubtful = true;
        pool.done({ kind: 'replace', set: step.set, entries: [] }, [], at);
        pool.rewrite(step.set);
        return true;
    }
  }
}
