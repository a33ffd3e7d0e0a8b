/** How much was found out of order. Invariant: each repair is told of once. */
import type { Reconciliation } from '../ports/firewall.js';

export class RepairCount {
  #added = 0;
  #removed = 0;

  add({ added, removed }: Reconciliation): void {
    this.#added += added;
    this.#removed += removed;
  }

  /** What was found since this was last asked. */
  take(): Reconciliation {
    const repairs = { added: this.#added, removed: this.#removed };
    this.#added = 0;
    this.#removed = 0;
    return repairs;
  }
}
