/**
 * The prefixes that are wanted, and those of them that have to be in the firewall. firewalld refuses entries that
 * overlap in one set, so a prefix that lies within another wanted one is not an entry of its own.
 * Invariant: the outermost prefixes never overlap, and every wanted one lies within one of them.
 */
import { type Address, covers, networkOf } from '../../../core/address/address.js';

/** What changes among the outermost prefixes, as texts. */
export interface OutermostChange {
  readonly want: readonly string[];
  readonly release: readonly string[];
}

const NOTHING: OutermostChange = { want: [], release: [] };

export class OutermostPrefixes {
  readonly #wanted = new Map<string, Address>();
  /** How many wanted prefixes have a length; a look-up per length in use finds what covers an address. */
  readonly #lengths = new Map<number, number>();

  /** The widest wanted prefix around an address; undefined when none is. */
  outermost(address: Address): Address | undefined {
    let widest: Address | undefined;
    for (const length of this.#lengths.keys()) {
      if (length > address.length || (widest !== undefined && length >= widest.length)) continue;
      widest = this.#wanted.get(networkOf(address, length).text) ?? widest;
    }
    return widest;
  }

  add(address: Address): OutermostChange {
    if (this.#wanted.has(address.text)) return NOTHING;
    const isCovered = this.outermost(address) !== undefined;
    const release = isCovered ? [] : this.#outermostWithin(address);
    this.#wanted.set(address.text, address);
    this.#lengths.set(address.length, (this.#lengths.get(address.length) ?? 0) + 1);
    return isCovered ? NOTHING : { want: [address.text], release };
  }

  remove(address: Address): OutermostChange {
    if (!this.#wanted.delete(address.text)) return NOTHING;
    const left = (this.#lengths.get(address.length) ?? 1) - 1;
    if (left === 0) this.#lengths.delete(address.length);
    else this.#lengths.set(address.length, left);
    if (this.outermost(address) !== undefined) return NOTHING;
    return { want: this.#outermostWithin(address), release: [address.text] };
  }

  #outermostWithin(address: Address): string[] {
    if (![...this.#lengths.keys()].some((length) => length > address.length)) return [];
    const within = [...this.#wanted.values()].filter((inner) => covers(address, inner));
    return within.filter((inner) => this.outermost(inner) === inner).map(({ text }) => text);
  }
}
