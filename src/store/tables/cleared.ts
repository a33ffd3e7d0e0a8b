import type { Clears, FailureRow } from './tally-row.js';

/** What the rows of the tally log that were looked at, from the last one on, clear of those before them. */
export class Cleared {
  readonly #expiredUntil = new Map<string, number>();
  readonly #addresses = new Set<string>();

  add({ expiries, cleared }: Clears): void {
    for (const { jail, before } of expiries) {
      this.#expiredUntil.set(jail, Math.max(before, this.#expiredUntil.get(jail) ?? before));
    }
    for (const [jail, address] of cleared) this.#addresses.add(`${jail}\n${address}`);
  }

  /** False of a failure that no longer counts. */
  leaves([jail, address, , at]: FailureRow): boolean {
    if (Number(at) <= (this.#expiredUntil.get(String(jail)) ?? Number.NEGATIVE_INFINITY)) return false;
    return !this.#addresses.has(`${String(jail)}\n${String(address)}`);
  }

  /** All of it as what one row clears. */
  get clears(): Clears {
    const expiries = [...this.#expiredUntil].map(([jail, before]) => ({ jail, before }));
    return { expiries, cleared: [...this.#addresses].map((key) => key.split('\n')) };
  }
}
