/**
 * Gives each address a small number, its slot, in some 17 bytes an address instead of the hundreds a Map of texts
 * takes; no addition takes long, however many there are.
 * Invariant: a slot belongs to one address until it is removed; slots are reused, so they stay below the most ever
 * held.
 */

import { BLOCK_BITS, BLOCK_SLOTS, blockSlots } from '../packed/column.js';
import { type Address, addressFromWords, fullLength, MAPPED_WORD } from './address.js';

const EMPTY = 0;

/** How many slots each addition moves into a grown index: more than come, so the move is over before the next one. */
const MOVED = 8;

/**
 * What the form of a slot says: the prefix length of an IPv6 address, that of an IPv4 one above IPV4, or that it is
 * free.
 */
const IPV4 = 129;
const FREE = 255;

/** Slots in a block, as in columns. */
interface Block {
  readonly form: Uint8Array;
  /** Two words a slot: an IPv4 address and zero, or the first half of an IPv6 address. */
  readonly high: Int32Array;
  /** The second half of IPv6 addresses. Made when one has any: most are banned by their /64. */
  low: Int32Array | undefined;
}

/** The index that became too small. It is never changed again; slots from `moved` on are still found by it. */
interface Outgrown {
  readonly index: Int32Array;
  moved: number;
}

/** A block of that many slots with what the other one holds. */
function blockOf(slots: number, known: Block | undefined): Block {
  const block: Block = { form: new Uint8Array(slots), high: new Int32Array(2 * slots), low: undefined };
  if (known === undefined) return block;
  block.form.set(known.form);
  block.high.set(known.high);
  if (known.low !== undefined) {
    block.low = new Int32Array(2 * slots);
    block.low.set(known.low);
  }
  return block;
}

function formOf({ family, length }: Address): number {
  return family === 4 ? IPV4 + length : length;
}

export class AddressTable {
  readonly #blocks: Block[] = [];
  readonly #freeSlots: number[] = [];
  readonly #seed: number;
  /**
   * Open addressing with linear probing, at most half full; holds slot + 1, or EMPTY. The bits above those that count
   * its places are the hash's own: they tell most addresses apart without a look at the address, which is far away.
   */
  #index = new Int32Array(64);
  #outgrown: Outgrown | undefined;
  #size = 0;
  #end = 0;

  /** `seed` is any 32-bit number: it keeps attackers from choosing addresses that collide. */
  constructor(seed: number) {
    this.#seed = seed;
  }

  get size(): number {
    return this.#size;
  }

  /** The slots in use from `start` on, in the order of their numbers, which says nothing of their addresses. */
  *slots(start = 0): Iterable<number> {
    for (let slot = start; slot < this.#end; slot += 1) {
      if (this.#blockOf(slot).form[slot % BLOCK_SLOTS] !== FREE) yield slot;
    }
  }

  find(address: Address): number | undefined {
    const hash = this.#hashOfAddress(address);
    return this.#lookUp(this.#index, address, hash) ?? this.#lookUpOutgrown(address, hash);
  }

  /** The slot of the address, a new one if it had none. */
  add(address: Address): number {
    const hash = this.#hashOfAddress(address);
    const known = this.#lookUp(this.#index, address, hash) ?? this.#lookUpOutgrown(address, hash);
    if (known !== undefined) return known;
    this.reserve(this.#size + 1);
    const slot = this.#freeSlots.pop() ?? this.#newSlot();
    this.#write(slot, address);
    this.#enter(slot, hash);
    this.#size += 1;
    this.#move(MOVED);
    return slot;
  }

  /** Makes room for this many addresses. */
  reserve(addresses: number): void {
    if (2 * addresses <= this.#index.length) return;
    this.#move(this.#end);
    if (this.#size > 0) this.#outgrown = { index: this.#index, moved: 0 };
    this.#index = new Int32Array(2 ** Math.ceil(Math.log2(2 * addresses)));
  }

  /** False when the address had no slot. */
  remove(address: Address): boolean {
    const hash = this.#hashOfAddress(address);
    const place = this.#probe(this.#index, address, hash);
    const entry = this.#index[place] ?? EMPTY;
    const slot = entry === EMPTY ? this.#lookUpOutgrown(address, hash) : slotOf(this.#index, entry);
    if (slot === undefined) return false;
    this.#blockOf(slot).form[slot % BLOCK_SLOTS] = FREE;
    this.#freeSlots.push(slot);
    this.#size -= 1;
    if (entry !== EMPTY) this.#close(place);
    return true;
  }

  /** The address a slot in use belongs to. */
  addressAt(slot: number): Address {
    const { form, high, low } = this.#blockOf(slot);
    const row = slot % BLOCK_SLOTS;
    const length = form[row] ?? FREE;
    const [first = 0, second = 0] = [high[2 * row], high[2 * row + 1]];
    if (length >= IPV4)
      return addressFromWords(0, 0, MAPPED_WORD, first, length - IPV4 + fullLength(6) - fullLength(4));
    return addressFromWords(first, second, low?.[2 * row] ?? 0, low?.[2 * row + 1] ?? 0, length);
  }

  #lookUp(index: Int32Array, address: Address, hash: number): number | undefined {
    const entry = index[this.#probe(index, address, hash)] ?? EMPTY;
    return entry === EMPTY ? undefined : slotOf(index, entry);
  }

  #lookUpOutgrown(address: Address, hash: number): number | undefined {
    return this.#outgrown === undefined ? undefined : this.#lookUp(this.#outgrown.index, address, hash);
  }

  /** Where an index holds the address, or the empty place where it would. */
  #probe(index: Int32Array, address: Address, hash: number): number {
    const last = index.length - 1;
    let place = hash & last;
    for (;;) {
      const entry = index[place] ?? EMPTY;
      if (entry === EMPTY) return place;
      if (((entry ^ hash) & ~last) === 0 && this.#isAt(slotOf(index, entry), address)) return place;
      place = (place + 1) & last;
    }
  }

  /** Enters a slot into the index, unless it is there. */
  #enter(slot: number, hash: number): void {
    const index = this.#index;
    const last = index.length - 1;
    const entry = (hash & -index.length) | (slot + 1);
    let place = hash & last;
    while (index[place] !== EMPTY && index[place] !== entry) place = (place + 1) & last;
    index[place] = entry;
  }

  /** Empties a place and moves up the entries that had to pass over it (Knuth 6.4, algorithm R). */
  #close(emptied: number): void {
    const index = this.#index;
    const last = index.length - 1;
    let hole = emptied;
    for (let place = (hole + 1) & last; ; place = (place + 1) & last) {
      const entry = index[place] ?? EMPTY;
      if (entry === EMPTY) break;
      const home = this.#hashOf(slotOf(index, entry)) & last;
      if (((place - home) & last) < ((place - hole) & last)) continue;
      index[hole] = entry;
      hole = place;
    }
    index[hole] = EMPTY;
  }

  /**
   * Moves the next `count` slots out of the outgrown index, in their order: so only the new one is written here and
   * there.
   */
  #move(count: number): void {
    const outgrown = this.#outgrown;
    if (outgrown === undefined) return;
    const end = Math.min(outgrown.moved + count, this.#end);
    for (let slot = outgrown.moved; slot < end; slot += 1) {
      if (this.#blockOf(slot).form[slot % BLOCK_SLOTS] !== FREE) this.#enter(slot, this.#hashOf(slot));
    }
    outgrown.moved = end;
    if (end === this.#end) this.#outgrown = undefined;
  }

  #newSlot(): number {
    const place = this.#end >>> BLOCK_BITS;
    const rows = (this.#end % BLOCK_SLOTS) + 1;
    const block = this.#blocks[place];
    if (block === undefined || rows > block.form.length) this.#blocks[place] = blockOf(blockSlots(place, rows), block);
    this.#end += 1;
    return this.#end - 1;
  }

  #blockOf(slot: number): Block {
    const block = this.#blocks[slot >>> BLOCK_BITS];
    if (block === undefined) throw new RangeError(`slot ${slot} was never given to an address`);
    return block;
  }

  #write(slot: number, address: Address): void {
    const block = this.#blockOf(slot);
    const row = slot % BLOCK_SLOTS;
    const { family, w0, w1, w2, w3 } = address;
    block.form[row] = formOf(address);
    block.high[2 * row] = family === 4 ? w3 : w0;
    block.high[2 * row + 1] = family === 4 ? 0 : w1;
    if (family === 6 && (w2 !== 0 || w3 !== 0)) block.low ??= new Int32Array(2 * block.form.length);
    if (block.low === undefined) return;
    block.low[2 * row] = family === 4 ? 0 : w2;
    block.low[2 * row + 1] = family === 4 ? 0 : w3;
  }

  #isAt(slot: number, address: Address): boolean {
    const { form, high, low } = this.#blockOf(slot);
    const row = slot % BLOCK_SLOTS;
    if (form[row] !== formOf(address)) return false;
    if (address.family === 4) return high[2 * row] === address.w3;
    return (
      high[2 * row] === address.w0 &&
      high[2 * row + 1] === address.w1 &&
      (low?.[2 * row] ?? 0) === address.w2 &&
      (low?.[2 * row + 1] ?? 0) === address.w3
    );
  }

  #hashOfAddress({ family, w0, w1, w2, w3 }: Address): number {
    return family === 4 ? this.#hash(w3, 0, 0, 0) : this.#hash(w0, w1, w2, w3);
  }

  #hashOf(slot: number): number {
    const { high, low } = this.#blockOf(slot);
    const row = slot % BLOCK_SLOTS;
    return this.#hash(high[2 * row] ?? 0, high[2 * row + 1] ?? 0, low?.[2 * row] ?? 0, low?.[2 * row + 1] ?? 0);
  }

  /** Seeded mixing after MurmurHash3. */
  #hash(first: number, second: number, third: number, fourth: number): number {
    return mix(mix(mix(mix(this.#seed ^ first) ^ second) ^ third) ^ fourth);
  }
}

/** The slot that an index means by an entry. Slots are fewer than the places. */
function slotOf(index: Int32Array, entry: number): number {
  return (entry & (index.length - 1)) - 1;
}

function mix(word: number): number {
  let mixed = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
