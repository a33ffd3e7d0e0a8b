/** Long work in steps. Invariant: other work has its turn after each step. */
import { nextTurn } from './next-turn.js';

/** Does work that comes in steps; after each of them other work has its turn. */
export async function inTurns<T>(steps: Iterator<undefined, T>): Promise<T> {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    await nextTurn();
  }
}
