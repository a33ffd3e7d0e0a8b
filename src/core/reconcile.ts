/**
 * What has to change so that a set holds exactly what is wanted, and the smallest set that covers given addresses.
 * Invariant: actual + missing − foreign = wanted.
 */
import { type Address, compareAddresses, covers } from './address.js';

export interface Difference {
  /** Wanted, not there. */
  readonly missing: readonly string[];
  /** There, not wanted. */
  readonly foreign: readonly string[];
}

/** Compares canonical texts; both sides keep their order. */
export function reconcile(wanted: Iterable<string>, actual: Iterable<string>): Difference {
  const want = new Set(wanted);
  const have = new Set(actual);
  return {
    missing: [...want].filter((entry) => !have.has(entry)),
    foreign: [...have].filter((entry) => !want.has(entry)),
  };
}

/** The addresses that no other of them covers, sorted: a firewall set refuses entries that overlap. */
export function outermost(addresses: Iterable<Address>): readonly Address[] {
  const kept: Address[] = [];
  for (const address of [...addresses].sort(compareAddresses)) {
    const last = kept.at(-1);
    if (last === undefined || !covers(last, address)) kept.push(address);
  }
  return kept;
}
