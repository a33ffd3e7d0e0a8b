/**
 * Whom persons of this host let in. Invariant: what others had said of an address by then does not count here until it
 * ends, however often they tell it anew.
 */
import type { Address } from '../../core/address/address.js';
import type { Lifted, Order } from './change.js';
import type { Claim } from './claim.js';

export class Lifts implements Iterable<Lifted> {
  readonly #lifted = new Map<string, Lifted>();

  [Symbol.iterator](): Iterator<Lifted> {
    return this.#lifted.values();
  }

  put(lifted: Lifted): void {
    this.#lifted.set(lifted.address.text, lifted);
  }

  remove({ text }: Address): void {
    this.#lifted.delete(text);
  }

  /** True when the claim stood by then. An order may have taken its place since: its own times tell that it is the same. */
  hasClaim({ address, sequence, since }: Claim): boolean {
    const lifted = this.#lifted.get(address.text);
    return lifted !== undefined && (sequence <= lifted.sequence || since <= lifted.before);
  }

  hasOrder({ address, sequence }: Order): boolean {
    const lifted = this.#lifted.get(address.text);
    return lifted !== undefined && sequence <= lifted.sequence;
  }
}
