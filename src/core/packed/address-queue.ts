/**
 * Addresses that wait for something, packed. Invariant: each waits once, for no longer than two rounds over all that wait;
 * when none waits, it takes no memory.
 */
import type { Address } from '../address/address.js';
import { AddressTable } from '../address/address-table.js';

export class AddressQueue {
  readonly #seed: number;
  #table: AddressTable;
  /** The first slot that was not looked at yet in this round over all. */
  #looked = 0;

  /** `seed`: any 32-bit number, see AddressTable. */
  constructor(seed: number) {
    this.#seed = seed;
    this.#table = new AddressTable(seed);
  }

  get size(): number {
    return this.#table.size;
  }

  has(address: Address): boolean {
    return this.#table.find(address) !== undefined;
  }

  add(address: Address): void {
    this.#table.add(address);
  }

  /** Takes so many out, or all when there are no more. */
  take(limit: number): readonly Address[] {
    const taken: Address[] = [];
    this.#lookOn(limit, taken);
    if (taken.length < limit) {
      this.#looked = 0;
      this.#lookOn(limit, taken);
    }
    if (this.#table.size === 0) {
      this.#table = new AddressTable(this.#seed);
      this.#looked = 0;
    }
    return taken;
  }

  #lookOn(limit: number, taken: Address[]): void {
    for (const slot of this.#table.slots(this.#looked)) {
      if (taken.length === limit) return;
      const address = this.#table.addressAt(slot);
      taken.push(address);
      this.#table.remove(address);
      this.#looked = slot + 1;
    }
  }
}
