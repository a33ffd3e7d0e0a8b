/**
 * The offenders of one jail, packed: a million of them fit where plain objects would take some hundreds of megabytes.
 * Invariant: every offender whose latest ban ends stands in the order of those ends.
 */
import type { Address } from './address.js';
import { AddressTable } from './address-table.js';
import { Heap } from './heap.js';
import type { Offender } from './offender.js';
import { FOREVER } from './time.js';

const BLOCK_SLOTS = 1024;

/** The numbers of a block of offenders, by slot. */
interface Block {
  readonly bannedAt: Float64Array;
  readonly bantime: Float64Array;
  readonly totalBantime: Float64Array;
  readonly count: Uint32Array;
  /** Place in the order of ends; -1 for an offender whose latest ban never ends. */
  readonly place: Int32Array;
}

function newBlock(): Block {
  return {
    bannedAt: new Float64Array(BLOCK_SLOTS),
    bantime: new Float64Array(BLOCK_SLOTS),
    totalBantime: new Float64Array(BLOCK_SLOTS),
    count: new Uint32Array(BLOCK_SLOTS),
    place: new Int32Array(BLOCK_SLOTS),
  };
}

export class Offenders implements Iterable<Offender> {
  readonly #jail: string;
  readonly #table: AddressTable;
  readonly #blocks: Block[] = [];
  readonly #byEnd: Heap<number>;

  /** `seed`: any 32-bit number, see AddressTable. */
  constructor(jail: string, seed: number) {
    this.#jail = jail;
    this.#table = new AddressTable(seed);
    this.#byEnd = new Heap<number>(
      (one, other) => this.#endOf(one) < this.#endOf(other),
      (slot, place) => {
        this.#block(slot).place[slot % BLOCK_SLOTS] = place;
      },
    );
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

  /** Remembers the offender, in the place of what was known of its address. */
  set(offender: Offender): void {
    this.delete(offender.address);
    const slot = this.#table.add(offender.address);
    const block = this.#block(slot);
    const row = slot % BLOCK_SLOTS;
    block.bannedAt[row] = offender.bannedAt;
    block.bantime[row] = offender.bantime;
    block.totalBantime[row] = offender.totalBantime;
    block.count[row] = offender.count;
    block.place[row] = -1;
    if (offender.bantime !== FOREVER) this.#byEnd.add(slot);
  }

  /** False when the address was unknown. */
  delete(address: Address): boolean {
    const slot = this.#table.find(address);
    if (slot === undefined) return false;
    const place = this.#block(slot).place[slot % BLOCK_SLOTS] ?? -1;
    if (place >= 0) this.#byEnd.removeAt(place);
    this.#table.remove(address);
    return true;
  }

  /** When the first of the latest bans ends or ended. µs since the epoch. */
  get firstEnd(): number | undefined {
    const slot = this.#byEnd.first;
    return slot === undefined ? undefined : this.#endOf(slot);
  }

  /** Takes out the offenders whose latest ban ended at or before `end`. */
  takeEnded(end: number): readonly Address[] {
    const ended: Address[] = [];
    for (let slot = this.#byEnd.first; slot !== undefined && this.#endOf(slot) <= end; slot = this.#byEnd.first) {
      const address = this.#table.addressAt(slot);
      ended.push(address);
      this.delete(address);
    }
    return ended;
  }

  #endOf(slot: number): number {
    const block = this.#block(slot);
    const row = slot % BLOCK_SLOTS;
    return (block.bannedAt[row] ?? 0) + (block.bantime[row] ?? 0);
  }

  #at(slot: number): Offender {
    const block = this.#block(slot);
    const row = slot % BLOCK_SLOTS;
    return {
      jail: this.#jail,
      address: this.#table.addressAt(slot),
      count: block.count[row] ?? 0,
      bannedAt: block.bannedAt[row] ?? 0,
      bantime: block.bantime[row] ?? 0,
      totalBantime: block.totalBantime[row] ?? 0,
    };
  }

  #block(slot: number): Block {
    const place = Math.trunc(slot / BLOCK_SLOTS);
    for (let blocks = this.#blocks.length; blocks <= place; blocks += 1) this.#blocks.push(newBlock());
    return this.#blocks[place] ?? newBlock();
  }
}
