/**
 * Gives each address a small number, its slot, in 28 bytes an address instead of the hundreds a Map of texts takes.
 * Invariant: a slot belongs to one address until it is removed; slots are reused, so they stay below the most ever held.
 */
import { type Address, addressFromWords, bitsOf } from './address.js';

/** Five words a slot: the address's four and its length in bits; -1 marks a free slot. */
const STRIDE = 5;
const FREE = -1;
/** Slots are kept in blocks, so that growing never copies them. */
const BLOCK_BITS = 10;
const BLOCK_SLOTS = 1 << BLOCK_BITS;
const EMPTY = 0;

export class AddressTable {
  readonly #blocks: Int32Array[] = [];
  readonly #freeSlots: number[] = [];
  readonly #seed: number;
  /** Open addressing with linear probing, at most half full; holds slot + 1, or EMPTY. */
  #index = new Int32Array(64);
  #size = 0;
  #end = 0;

  /** `seed` is any 32-bit number: it keeps attackers from choosing addresses that collide. */
  constructor(seed: number) {
    this.#seed = seed;
  }

  get size(): number {
    return this.#size;
  }

  /** The slots in use, in no particular order. */
  *slots(): Iterable<number> {
    for (let slot = 0; slot < this.#end; slot += 1) if (this.#word(slot, 4) !== FREE) yield slot;
  }

  find(address: Address): number | undefined {
    const entry = this.#index[this.#probe(address)] ?? EMPTY;
    return entry === EMPTY ? undefined : entry - 1;
  }

  /** The slot of the address, a new one if it had none. */
  add(address: Address): number {
    let place = this.#probe(address);
    const entry = this.#index[place] ?? EMPTY;
    if (entry !== EMPTY) return entry - 1;
    if (2 * (this.#size + 1) > this.#index.length) {
      this.#grow();
      place = this.#probe(address);
    }
    const slot = this.#freeSlots.pop() ?? this.#newSlot();
    this.#write(slot, address);
    this.#index[place] = slot + 1;
    this.#size += 1;
    return slot;
  }

  /** False when the address had no slot. */
  remove(address: Address): boolean {
    const place = this.#probe(address);
    const entry = this.#index[place] ?? EMPTY;
    if (entry === EMPTY) return false;
    this.#setWord(entry - 1, 4, FREE);
    this.#freeSlots.push(entry - 1);
    this.#size -= 1;
    this.#close(place);
    return true;
  }

  /** The address a slot in use belongs to. */
  addressAt(slot: number): Address {
    const [w0, w1, w2, w3] = [0, 1, 2, 3].map((word) => this.#word(slot, word));
    return addressFromWords(w0 ?? 0, w1 ?? 0, w2 ?? 0, w3 ?? 0, this.#word(slot, 4));
  }

  /** Where the index holds the address, or the empty place where it would. */
  #probe(address: Address): number {
    const last = this.#index.length - 1;
    let place = this.#hash(address.w0, address.w1, address.w2, address.w3) & last;
    for (;;) {
      const entry = this.#index[place] ?? EMPTY;
      if (entry === EMPTY || this.#isAt(entry - 1, address)) return place;
      place = (place + 1) & last;
    }
  }

  /** Empties a place and moves up the entries that had to pass over it (Knuth 6.4, algorithm R). */
  #close(emptied: number): void {
    const last = this.#index.length - 1;
    let hole = emptied;
    for (let place = (hole + 1) & last; ; place = (place + 1) & last) {
      const entry = this.#index[place] ?? EMPTY;
      if (entry === EMPTY) break;
      const home = this.#hashOf(entry - 1) & last;
      if (((place - home) & last) < ((place - hole) & last)) continue;
      this.#index[hole] = entry;
      hole = place;
    }
    this.#index[hole] = EMPTY;
  }

  /** In the order of the slots, so that only the new index is written here and there. */
  #grow(): void {
    this.#index = new Int32Array(2 * this.#index.length);
    const last = this.#index.length - 1;
    for (const slot of this.slots()) {
      let place = this.#hashOf(slot) & last;
      while (this.#index[place] !== EMPTY) place = (place + 1) & last;
      this.#index[place] = slot + 1;
    }
  }

  #newSlot(): number {
    if (this.#end === this.#blocks.length * BLOCK_SLOTS) this.#blocks.push(new Int32Array(BLOCK_SLOTS * STRIDE));
    this.#end += 1;
    return this.#end - 1;
  }

  #word(slot: number, word: number): number {
    return this.#blocks[slot >>> BLOCK_BITS]?.[(slot & (BLOCK_SLOTS - 1)) * STRIDE + word] ?? FREE;
  }

  #setWord(slot: number, word: number, value: number): void {
    const block = this.#blocks[slot >>> BLOCK_BITS];
    if (block !== undefined) block[(slot & (BLOCK_SLOTS - 1)) * STRIDE + word] = value;
  }

  #write(slot: number, address: Address): void {
    this.#setWord(slot, 0, address.w0);
    this.#setWord(slot, 1, address.w1);
    this.#setWord(slot, 2, address.w2);
    this.#setWord(slot, 3, address.w3);
    this.#setWord(slot, 4, bitsOf(address));
  }

  #isAt(slot: number, address: Address): boolean {
    const block = this.#blocks[slot >>> BLOCK_BITS];
    const start = (slot & (BLOCK_SLOTS - 1)) * STRIDE;
    return (
      block !== undefined &&
      block[start + 3] === address.w3 &&
      block[start + 2] === address.w2 &&
      block[start + 1] === address.w1 &&
      block[start] === address.w0 &&
      block[start + 4] === bitsOf(address)
    );
  }

  #hashOf(slot: number): number {
    return this.#hash(this.#word(slot, 0), this.#word(slot, 1), this.#word(slot, 2), this.#word(slot, 3));
  }

  /** Seeded mixing after MurmurHash3. */
  #hash(w0: number, w1: number, w2: number, w3: number): number {
    return mix(mix(mix(mix(this.#seed ^ w0) ^ w1) ^ w2) ^ w3);
  }
}

function mix(word: number): number {
  let mixed = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
