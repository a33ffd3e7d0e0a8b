/**
 * Finds the banned neighbours that AggregateAfter= turns into one ban of the prefix around them.
 * Invariant: a folded prefix is a /24 or a /48, keeps every ban it stands for, and ends with the last of them.
 */
import { type Address, compareAddresses, networkOf } from './address.js';
import { type Ban, MAX_EVIDENCE } from './ban.js';

const IPV4_AGGREGATE = 24;
const IPV6_AGGREGATE = 48;

/** The prefix that bans of neighbours of this address are folded into; the address itself when it is no narrower. */
export function aggregateOf(address: Address): Address {
  return networkOf(address, address.family === 4 ? IPV4_AGGREGATE : IPV6_AGGREGATE);
}

/** The addresses banned in one jail that may be folded, by the prefix they lie in. */
export class Aggregation {
  readonly #neighbours = new Map<string, Map<string, Address>>();

  constructor(bans: Iterable<Ban>) {
    for (const ban of bans) this.add(ban);
  }

  /** Bans that a person asked for stand for themselves, also in the place of a jail's. */
  add({ address, origin }: Pick<Ban, 'address' | 'origin'>): void {
    const prefix = aggregateOf(address);
    if (prefix === address) return;
    if (origin === 'manual') {
      this.remove({ address });
      return;
    }
    const neighbours = this.#neighbours.get(prefix.text) ?? new Map<string, Address>();
    this.#neighbours.set(prefix.text, neighbours.set(address.text, address));
  }

  remove({ address }: Pick<Ban, 'address'>): void {
    const prefix = aggregateOf(address);
    const neighbours = this.#neighbours.get(prefix.text);
    neighbours?.delete(address.text);
    if (neighbours?.size === 0) this.#neighbours.delete(prefix.text);
  }

  /** The banned addresses within a prefix made by `aggregateOf`. */
  within(prefix: Address): readonly Address[] {
    return [...(this.#neighbours.get(prefix.text)?.values() ?? [])];
  }
}

/** One ban of the prefix for all its members; it starts with the latest of them. */
export function foldedBan(prefix: Address, latest: Ban, others: readonly Ban[]): Ban {
  const members = [...others, latest].sort(
    (one, other) => one.since - other.since || compareAddresses(one.address, other.address),
  );
  return {
    ...latest,
    address: prefix,
    until: members.reduce((last, { until }) => Math.max(last, until), latest.until),
    count: 1,
    failures: members.reduce((sum, { failures }) => sum + failures, 0),
    evidence: members.flatMap(({ evidence }) => evidence).slice(-MAX_EVIDENCE),
    members,
  };
}
