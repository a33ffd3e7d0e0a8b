/**
 * Whom administrators spare everywhere from bans of others. Invariant: at most one for an address or prefix, the latest
 * word on it; looking one up is fast however many there are.
 */
import { type Address, overlaps } from '../../core/address/address.js';
import { AddressSet } from '../../core/address/address-set.js';
import type { Allowance } from './change.js';

export class Allowances implements Iterable<Allowance> {
  readonly #all = new Map<string, Allowance>();
  /** Made when something is looked up. */
  #set: AddressSet | undefined;

  get size(): number {
    return this.#all.size;
  }

  [Symbol.iterator](): Iterator<Allowance> {
    return this.#all.values();
  }

  get({ text }: Address): Allowance | undefined {
    return this.#all.get(text);
  }

  put(allowance: Allowance): void {
    this.#all.set(allowance.address.text, allowance);
    this.#set = undefined;
  }

  /** False when there was none. */
  remove({ text }: Address): boolean {
    this.#set = undefined;
    return this.#all.delete(text);
  }

  /** One that is in force at `now`, µs since the epoch, and has an address in common with this one. */
  overlapping(address: Address, now: number): Allowance | undefined {
    this.#set ??= new AddressSet([...this.#all.values()].map((allowance) => allowance.address));
    const found = this.#set.touching(address);
    const known = found === undefined ? undefined : this.get(found);
    if (known === undefined || known.until > now) return known;
    return [...this].find((other) => other.until > now && overlaps(other.address, address));
  }
}
