/**
 * A fixed set of addresses and prefixes, as IgnoreIP= lists them, made for fast questions.
 * Invariant: entries stand in the order of their networks, a prefix before what lies in it, so the entries
 * around an address are the one just before it and that one's parents.
 */
import { type Address, compareAddresses, covers } from './address.js';

interface Node {
  readonly entry: Address;
  /** The narrowest entry around this one. */
  readonly parent: Node | undefined;
}

export class AddressSet {
  readonly #nodes: readonly Node[];

  constructor(entries: Iterable<Address>) {
    const nodes: Node[] = [];
    for (const entry of [...entries].sort(compareAddresses)) {
      const last = nodes.at(-1);
      if (last?.entry.text === entry.text) continue;
      nodes.push({ entry, parent: around(last, entry) });
    }
    this.#nodes = nodes;
  }

  get size(): number {
    return this.#nodes.length;
  }

  /** The narrowest entry that covers the address or prefix. */
  covering(address: Address): Address | undefined {
    return around(this.#before(this.#after(address)), address)?.entry;
  }

  /** An entry that has an address in common with this prefix: one around it, or the first one inside. */
  touching(prefix: Address): Address | undefined {
    const place = this.#after(prefix);
    const next = this.#nodes[place]?.entry;
    return around(this.#before(place), prefix)?.entry ?? (next && covers(prefix, next) ? next : undefined);
  }

  /** V8 takes its time to find nothing at -1, and most of these sets are empty. */
  #before(place: number): Node | undefined {
    return place === 0 ? undefined : this.#nodes[place - 1];
  }

  /** The place of the first entry that sorts after the address. */
  #after(address: Address): number {
    let from = 0;
    let to = this.#nodes.length;
    while (from < to) {
      const middle = (from + to) >> 1;
      const node = this.#nodes[middle];
      if (node !== undefined && compareAddresses(node.entry, address) <= 0) from = middle + 1;
      else to = middle;
    }
    return from;
  }
}

/** The nearest of the node and its parents that covers the address. */
function around(node: Node | undefined, address: Address): Node | undefined {
  let candidate = node;
  while (candidate !== undefined && !covers(candidate.entry, address)) candidate = candidate.parent;
  return candidate;
}
