/**
 * The counted failures of one jail, by address, by age, and where it is asked for by account.
 * Invariant: it holds nothing but the failures themselves, so failures out and failures in again is the same tally.
 */

import { type Address, overlaps } from '../address/address.js';
import { AddressTable } from '../address/address-table.js';
import { Accounts } from '../deciding/accounts.js';
import { insertByTime, totalCount, windowsAround } from '../deciding/window.js';
import type { Failure } from '../failure.js';
import { Neighbours } from '../prefixes/neighbours.js';
import { int32Column } from './column.js';
import type { CursorPacker } from './cursor-packer.js';
import { FailureList, NONE } from './failure-list.js';
import { Heap } from './heap.js';

export interface TallyOptions {
  readonly jail: string;
  /** May be shared with others. */
  readonly cursors: CursorPacker;
  /** Any 32-bit number, see AddressTable. */
  readonly seed: number;
}

export class Tally implements Iterable<Failure> {
  readonly #table: AddressTable;
  readonly #failures: FailureList;
  readonly #cursors: CursorPacker;
  /** By the address's slot: where its chain of failures begins, and its place in the order of age. */
  readonly #first = int32Column();
  readonly #place = int32Column();
  readonly #byAge = new Heap<number>(
    (one, other) => this.#startOf(one) < this.#startOf(other),
    (slot, place) => this.#place.set(slot, place),
  );
  #accounts: Accounts | undefined;
  #neighbours: Neighbours | undefined;
  #size = 0;

  constructor({ jail, cursors, seed }: TallyOptions) {
    this.#table = new AddressTable(seed);
    this.#failures = new FailureList(jail, cursors);
    this.#cursors = cursors;
  }

  /** Failures held. */
  get size(): number {
    return this.#size;
  }

  /** Addresses with failures. */
  get addresses(): number {
    return this.#table.size;
  }

  /** When the oldest failure was logged. µs since the epoch. */
  get oldest(): number | undefined {
    return this.#byAge.first === undefined ? undefined : this.#startOf(this.#byAge.first);
  }

  *[Symbol.iterator](): Iterator<Failure> {
    for (const slot of this.#table.slots()) yield* this.#read(slot);
  }

  /** The addresses and prefixes that failures are held against. */
  *addressesHeld(): Iterable<Address> {
    for (const slot of this.#table.slots()) yield this.#table.addressAt(slot);
  }

  /** The failures held now against exactly this address or prefix, oldest first. */
  failuresOf(address: Address): readonly Failure[] {
    const slot = this.#table.find(address);
    return slot === undefined ? [] : this.#read(slot);
  }

  /** The failures against what lies within an address or prefix, or around it. Takes a look at every address held. */
  *overlapping(target: Address): Iterable<Failure> {
    for (const slot of this.#table.slots()) {
      if (overlaps(this.#table.addressAt(slot), target)) yield* this.#read(slot);
    }
  }

  /** Counts a failure; false when its entry is counted already: an entry is charged to an address once. */
  add(failure: Failure): boolean {
    const { address, cursor, evidence } = failure;
    const packed = this.#cursors.pack(evidence.at(-1) === cursor ? evidence : [...evidence, cursor]);
    const known = this.#table.find(address);
    const isAlone = evidence.length === 1 && evidence[0] === cursor;
    if (known !== undefined && this.#isCounted(known, cursor, isAlone ? packed : undefined)) return false;
    const slot = known ?? this.#table.add(address);
    const first = known === undefined ? NONE : this.#first.get(slot);
    this.#first.set(slot, this.#failures.insert(failure, packed, first));
    if (known === undefined) {
      this.#byAge.add(slot);
      this.#neighbours?.add(address);
    } else this.#byAge.reorder(this.#place.get(slot));
    this.#size += 1;
    this.#accounts?.add(failure);
    return true;
  }

  /** The weight of the failures in the window of `windowOf`, of which most are not read. */
  countWith(failure: Failure, findtime: number): number {
    const { address, at } = failure;
    const slot = this.#table.find(address);
    if (slot === undefined) return 0;
    let count = 0;
    let latest = Number.NEGATIVE_INFINITY;
    for (let place = this.#first.get(slot); place !== NONE; place = this.#failures.nextOf(place)) {
      latest = this.#failures.atOf(place);
      if (latest > at - findtime) count += this.#failures.countOf(place);
    }
    return latest <= at ? count : totalCount(this.windowOf(failure, findtime));
  }

  /** The fullest window of `findtime` µs that this failure, which is counted, is part of; oldest first. */
  windowOf({ address, at }: Failure, findtime: number): readonly Failure[] {
    const windows = windowsAround(this.failuresOf(address), at, findtime);
    return windows.reduce((best, window) => (totalCount(window) > totalCount(best) ? window : best), []);
  }

  /** Starts or stops keeping failures by account. */
  trackAccounts(isWanted: boolean): void {
    this.#accounts = isWanted ? new Accounts(this) : undefined;
  }

  /** Starts keeping addresses by the prefix that they are neighbours in: see Neighbours. */
  trackNeighbours(prefixOf: (address: Address) => Address): void {
    this.#neighbours = new Neighbours(prefixOf);
    for (const address of this.addressesHeld()) this.#neighbours.add(address);
  }

  /**
   * The failures of the `findtime` µs up to this one against it and its neighbours in `range`, in the order of time;
   * none unless neighbours are tracked.
   */
  failuresWithin(range: Address, { address, at }: Failure, findtime: number): readonly Failure[] {
    const failures: Failure[] = [];
    for (const neighbour of this.#neighbours?.within(range, address) ?? []) {
      for (const failure of this.failuresOf(neighbour)) {
        if (failure.at > at - findtime && failure.at <= at) insertByTime(failures, failure);
      }
    }
    return failures;
  }

  /** See Accounts; none unless accounts are tracked. */
  addressesTrying(failure: Failure, findtime: number): readonly Address[] {
    return this.#accounts?.addressesTrying(failure, findtime) ?? [];
  }

  /** Drops all failures of an address; false when there were none. */
  clear(address: Address): boolean {
    const slot = this.#table.find(address);
    if (slot === undefined) return false;
    this.#drop(slot, Number.POSITIVE_INFINITY);
    return true;
  }

  /** Drops the failures logged at or before `before`; false when there were none. */
  expire(before: number): boolean {
    if (this.oldest === undefined || this.oldest > before) return false;
    for (let slot = this.#byAge.first; slot !== undefined && this.#startOf(slot) <= before; slot = this.#byAge.first) {
      this.#drop(slot, before);
    }
    return true;
  }

  /** The time of the oldest failure of an address. */
  #startOf(slot: number): number {
    return this.#failures.atOf(this.#first.get(slot));
  }

  #isCounted(slot: number, cursor: string, packed = this.#cursors.pack([cursor])): boolean {
    for (let place = this.#first.get(slot); place !== NONE; place = this.#failures.nextOf(place)) {
      if (this.#failures.isOfEntry(place, cursor, packed)) return true;
    }
    return false;
  }

  #read(slot: number): readonly Failure[] {
    const address = this.#table.addressAt(slot);
    const failures: Failure[] = [];
    for (let place = this.#first.get(slot); place !== NONE; place = this.#failures.nextOf(place)) {
      failures.push(this.#failures.read(place, address));
    }
    return failures;
  }

  /** Drops the failures of an address up to `before`, and the address with its last one. */
  #drop(slot: number, before: number): void {
    const address = this.#table.addressAt(slot);
    let first = this.#first.get(slot);
    while (first !== NONE && this.#failures.atOf(first) <= before) {
      this.#accounts?.remove(this.#failures.read(first, address));
      first = this.#failures.dropFirst(first);
      this.#size -= 1;
    }
    if (first === NONE) {
      // Taken out of the order first, which compares by the failures.
      this.#byAge.removeAt(this.#place.get(slot));
      this.#table.remove(address);
      this.#neighbours?.remove(address);
      return;
    }
    this.#first.set(slot, first);
    this.#byAge.reorder(this.#place.get(slot));
  }
}
