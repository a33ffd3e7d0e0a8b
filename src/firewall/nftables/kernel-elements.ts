/**
 * Which elements the kernel's sets hold, and when each of them ends by itself. Packed, as there may be a hundred
 * thousand.
 * Invariant: a set that is known here exists in the kernel, with its rule.
 */
import { randomInt } from 'node:crypto';
import type { Address } from '../../core/address/address.js';
import { AddressTable } from '../../core/address/address-table.js';
import type { Listing } from './listing.js';
import type { SetName } from './set-name.js';

interface OfSet {
  readonly set: SetName;
  readonly table: AddressTable;
  /** By slot: µs since the epoch. */
  readonly deadlines: number[];
}

export class KernelElements {
  readonly #bySet = new Map<string, OfSet>();
  /** Attackers choose the addresses. */
  readonly #seed = randomInt(2 ** 32);

  constructor(sets: Iterable<SetName> = []) {
    for (const set of sets) this.#of(set);
  }

  sets(): readonly SetName[] {
    return [...this.#bySet.values()].map(({ set }) => set);
  }

  /**
   * Whether a listing has fewer elements than are known of some set. They may be gone; or the kernel was resizing its
   * hash table, and what moved meanwhile was listed twice or not at all (nft_rhash_walk, rhashtable_walk_next).
   */
  hasMoreThan(listing: Listing): boolean {
    return [...this.#bySet.values()].some(({ set, table }) => {
      const elements = listing.sets.find(({ name }) => name.text === set.text)?.elements ?? [];
      return new Set(elements.map(({ element }) => element)).size < table.size;
    });
  }

  /** When an element ends by itself, µs since the epoch; undefined when the set does not hold it. */
  deadline(set: SetName, address: Address): number | undefined {
    const ofSet = this.#bySet.get(set.text);
    const slot = ofSet?.table.find(address);
    return slot === undefined ? undefined : ofSet?.deadlines[slot];
  }

  put(set: SetName, address: Address, deadline: number): void {
    const { table, deadlines } = this.#of(set);
    deadlines[table.add(address)] = deadline;
  }

  remove(set: SetName, address: Address): void {
    this.#of(set).table.remove(address);
  }

  #of(set: SetName): OfSet {
    const known = this.#bySet.get(set.text);
    if (known !== undefined) return known;
    const ofSet: OfSet = { set, table: new AddressTable(this.#seed), deadlines: [] };
    this.#bySet.set(set.text, ofSet);
    return ofSet;
  }
}
