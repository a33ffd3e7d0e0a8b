/** Addresses by the prefix around them. Invariant: prefixes without addresses are not kept. */
import { type Address, covers } from '../address/address.js';

export class Neighbours {
  readonly #prefixOf: (address: Address) => Address;
  readonly #byPrefix = new Map<string, Map<string, Address>>();

  /** `prefixOf`: what addresses are neighbours in. Who is such a prefix itself, or a wider one, has no neighbours. */
  constructor(prefixOf: (address: Address) => Address) {
    this.#prefixOf = prefixOf;
  }

  add(address: Address): void {
    const prefix = this.#prefixOf(address);
    if (prefix === address) return;
    const neighbours = this.#byPrefix.get(prefix.text) ?? new Map<string, Address>();
    this.#byPrefix.set(prefix.text, neighbours.set(address.text, address));
  }

  remove(address: Address): void {
    const prefix = this.#prefixOf(address);
    if (prefix === address) return;
    const neighbours = this.#byPrefix.get(prefix.text);
    neighbours?.delete(address.text);
    if (neighbours?.size === 0) this.#byPrefix.delete(prefix.text);
  }

  /** The neighbours of an address that lie in `range`, which is one of their prefixes or lies in one. */
  within(range: Address, address: Address): readonly Address[] {
    const neighbours = [...(this.#byPrefix.get(this.#prefixOf(address).text)?.values() ?? [])];
    return neighbours.filter((neighbour) => covers(range, neighbour));
  }
}
