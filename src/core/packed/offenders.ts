/**
 * The offenders of one jail, packed: a million of them fit where plain objects would take some hundreds of megabytes.
 * Invariant: no offender's latest ban ends before `#firstEnd`, rounded up to the full hour.
 */
import type { Address } from '../address/address.js';
import { AddressTable } from '../address/address-table.js';
import type { Offender } from '../offender.js';
import { FOREVER, MICROS_PER_SECOND } from '../time.js';
import { float64Column, uint32Column } from './column.js';

const HOUR = 3600 * MICROS_PER_SECOND;

export class Offenders implements Iterable<Offender> {
  readonly #jail: string;
  readonly #table: AddressTable;
  readonly #bannedAt = float64Column();
  readonly #bantime = float64Column();
  readonly #totalBantime = float64Column();
  readonly #count = uint32Column();
  #firstEnd = FOREVER;
  /** The first slot that was not looked at yet, and when the first of those ends that were, or that came since. */
  #looked = 0;
  #firstEndLooked = FOREVER;

  /** `seed`: any 32-bit number, see AddressTable. */
  constructor(jail: string, seed: number) {
    this.#jail = jail;
    this.#table = new AddressTable(seed);
  }

  get size(): number {
    return this.#table.size;
  }

  *[Symbol.iterator](): Iterator<Offender> {
    for (const slot of this.#table.slots()) yield this.#at(slot);
  }

  get(address: Address): Offender | undefined {
    const slot = this.#table.find(address);
    return slot === undefined ? undefined : this.#at(slot);
  }

  /** No latest ban ends before this time, rounded up to the full hour. µs since the epoch; FOREVER at the latest. */
  get firstEnd(): number {
    return this.#firstEnd;
  }

  /** How many bans of the address are remembered. */
  countOf(address: Address): number {
    const slot = this.#table.find(address);
    return slot === undefined ? 0 : this.#count.get(slot);
  }

  /** Makes room for this many. */
  reserve(offenders: number): void {
    this.#table.reserve(offenders);
  }

  /** Remembers the offender, in the place of what was known of its address. */
  set(offender: Offender): void {
    const slot = this.#table.add(offender.address);
    this.#bannedAt.set(slot, offender.bannedAt);
    this.#bantime.set(slot, offender.bantime);
    this.#totalBantime.set(slot, offender.totalBantime);
    this.#count.set(slot, offender.count);
    const endsAt = this.#endOf(slot);
    this.#firstEnd = Math.min(this.#firstEnd, endsAt);
    this.#firstEndLooked = Math.min(this.#firstEndLooked, endsAt);
  }

  /** False when the address was unknown. */
  delete(address: Address): boolean {
    return this.#table.remove(address);
  }

  /**
   * Takes out the offenders whose latest ban ended, rounded up to the full hour, at or before `end`.
   * The rounding keeps the times at which all are looked at rare; it rests on nothing but the offender itself.
   * At most `limit` of them; when it is asked again, it goes on with those that were not looked at.
   */
  takeEnded(end: number, limit = Number.POSITIVE_INFINITY): readonly Address[] {
    const ended: Address[] = [];
    while (ended.length < limit && end >= this.#firstEnd) this.#lookOn(end, limit, ended);
    return ended;
  }

  /** Looks at all, or until there are `limit` ended ones. */
  #lookOn(end: number, limit: number, ended: Address[]): void {
    for (const slot of this.#table.slots(this.#looked)) {
      if (ended.length >= limit) {
        this.#looked = slot;
        return;
      }
      const endsAt = this.#endOf(slot);
      if (endsAt > end) {
        this.#firstEndLooked = Math.min(this.#firstEndLooked, endsAt);
        continue;
      }
      const address = this.#table.addressAt(slot);
      ended.push(address);
      this.#table.remove(address);
    }
    this.#firstEnd = this.#firstEndLooked;
    this.#firstEndLooked = FOREVER;
    this.#looked = 0;
  }

  #endOf(slot: number): number {
    return Math.ceil((this.#bannedAt.get(slot) + this.#bantime.get(slot)) / HOUR) * HOUR;
  }

  #at(slot: number): Offender {
    return {
      jail: this.#jail,
      address: this.#table.addressAt(slot),
      count: this.#count.get(slot),
      bannedAt: this.#bannedAt.get(slot),
      bantime: this.#bantime.get(slot),
      totalBantime: this.#totalBantime.get(slot),
    };
  }
}
