/** A time for each of many addresses, packed. Invariant: an address has one time, or none. */
import type { Address } from '../address/address.js';
import { AddressTable } from '../address/address-table.js';
import { float64Column } from './column.js';

export class AddressTimes {
  readonly #table: AddressTable;
  readonly #times = float64Column();

  /** `seed`: any 32-bit number, see AddressTable. */
  constructor(seed: number) {
    this.#table = new AddressTable(seed);
  }

  get size(): number {
    return this.#table.size;
  }

  /** Those that have a time. */
  *addresses(): Iterable<Address> {
    for (const slot of this.#table.slots()) yield this.#table.addressAt(slot);
  }

  get(address: Address): number | undefined {
    const slot = this.#table.find(address);
    return slot === undefined ? undefined : this.#times.get(slot);
  }

  set(address: Address, time: number): void {
    this.#times.set(this.#table.add(address), time);
  }

  delete(address: Address): void {
    this.#table.remove(address);
  }
}
