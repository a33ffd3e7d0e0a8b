/**
 * The counted failures of one jail, by address, by age, and where it is asked for by account.
 * Invariant: it holds nothing but the failures themselves, so failures out and failures in again is the same tally.
 */
import { Accounts } from './accounts.js';
import { type Address, overlaps } from './address.js';
import type { Failure } from './failure.js';
import { Heap } from './heap.js';
import { insertByTime, totalCount, windowsAround } from './window.js';

interface Row {
  readonly address: Address;
  /** In the order of time, never empty. */
  readonly failures: Failure[];
  place: number;
}

/** The time of the oldest failure. */
function startOf(row: Row): number {
  return row.failures[0]?.at ?? Number.POSITIVE_INFINITY;
}

export class Tally implements Iterable<Failure> {
  readonly #rows = new Map<string, Row>();
  #accounts: Accounts | undefined;
  readonly #byAge = new Heap<Row>(
    (one, other) => startOf(one) < startOf(other),
    (row, place) => {
      row.place = place;
    },
  );
  #size = 0;

  /** Failures held. */
  get size(): number {
    return this.#size;
  }

  /** Addresses with failures. */
  get addresses(): number {
    return this.#rows.size;
  }

  /** When the oldest failure was logged. µs since the epoch. */
  get oldest(): number | undefined {
    return this.#byAge.first === undefined ? undefined : startOf(this.#byAge.first);
  }

  *[Symbol.iterator](): Iterator<Failure> {
    for (const row of this.#rows.values()) yield* row.failures;
  }

  /** The failures held now against exactly this address or prefix, oldest first. */
  failuresOf(address: Address): readonly Failure[] {
    return [...(this.#rows.get(address.text)?.failures ?? [])];
  }

  /** The failures against what lies within an address or prefix, or around it. Takes a look at every address held. */
  *overlapping(target: Address): Iterable<Failure> {
    for (const { address, failures } of this.#rows.values()) if (overlaps(address, target)) yield* failures;
  }

  /** Counts a failure; false when its entry is counted already: an entry is charged to an address once. */
  add(failure: Failure): boolean {
    const row = this.#rows.get(failure.address.text);
    if (row === undefined) {
      const started: Row = { address: failure.address, failures: [failure], place: 0 };
      this.#rows.set(failure.address.text, started);
      this.#byAge.add(started);
    } else {
      if (row.failures.some(({ cursor }) => cursor === failure.cursor)) return false;
      insertByTime(row.failures, failure);
      this.#byAge.reorder(row.place);
    }
    this.#size += 1;
    this.#accounts?.add(failure);
    return true;
  }

  /** The failures of the fullest window of `findtime` µs that this failure is part of, oldest first. */
  windowOf(failure: Failure, findtime: number): readonly Failure[] {
    const windows = windowsAround(this.#rows.get(failure.address.text)?.failures ?? [], failure.at, findtime);
    return windows.reduce((best, window) => (totalCount(window) > totalCount(best) ? window : best), []);
  }

  /** Starts or stops keeping failures by account. */
  trackAccounts(isWanted: boolean): void {
    this.#accounts = isWanted ? new Accounts(this) : undefined;
  }

  /** See Accounts; none unless accounts are tracked. */
  addressesTrying(failure: Failure, findtime: number): readonly Address[] {
    return this.#accounts?.addressesTrying(failure, findtime) ?? [];
  }

  /** Drops all failures of an address; false when there were none. */
  forget(address: Address): boolean {
    const row = this.#rows.get(address.text);
    if (row === undefined) return false;
    this.#drop(row, row.failures.length);
    return true;
  }

  /** Drops the failures logged at or before `before`; false when there were none. */
  expire(before: number): boolean {
    if (this.oldest === undefined || this.oldest > before) return false;
    for (let row = this.#byAge.first; row !== undefined && startOf(row) <= before; row = this.#byAge.first) {
      const kept = row.failures.findIndex(({ at }) => at > before);
      this.#drop(row, kept < 0 ? row.failures.length : kept);
    }
    return true;
  }

  /** Drops the oldest `count` failures of a row, and the row with its last one. */
  #drop(row: Row, count: number): void {
    const dropped = row.failures.splice(0, count);
    this.#size -= dropped.length;
    for (const failure of dropped) this.#accounts?.remove(failure);
    if (row.failures.length > 0) {
      this.#byAge.reorder(row.place);
      return;
    }
    this.#byAge.removeAt(row.place);
    this.#rows.delete(row.address.text);
  }
}
