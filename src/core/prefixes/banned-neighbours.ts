/** The addresses banned in one jail, by the prefix that they are neighbours in. */
import type { Address } from '../address/address.js';
import type { Ban } from '../ban.js';
import { Neighbours } from './neighbours.js';

export class BannedNeighbours {
  readonly #neighbours: Neighbours;

  /** `prefixOf`: see Neighbours. */
  constructor(prefixOf: (address: Address) => Address, bans: Iterable<Ban>) {
    this.#neighbours = new Neighbours(prefixOf);
    for (const ban of bans) this.add(ban);
  }

  /** Bans that a person asked for stand for themselves, also in the place of a jail's. */
  add({ address, origin }: Pick<Ban, 'address' | 'origin'>): void {
    if (origin === 'manual') this.#neighbours.remove(address);
    else this.#neighbours.add(address);
  }

  remove({ address }: Pick<Ban, 'address'>): void {
    this.#neighbours.remove(address);
  }

  /** See Neighbours. */
  within(range: Address, address: Address): readonly Address[] {
    return this.#neighbours.within(range, address);
  }
}
