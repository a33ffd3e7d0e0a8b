/**
 * Numbers by slot, in blocks of a typed array, so that growing never copies many of them. The first block begins small:
 * of a thousand jails most have few addresses.
 * Invariant: only slots that lie within a block ever written to are read; any other would be a mix-up, and throws.
 */

export const BLOCK_BITS = 10;
export const BLOCK_SLOTS = 1 << BLOCK_BITS;
const FEWEST_SLOTS = 16;
const ROW = BLOCK_SLOTS - 1;

type Numbers = Float64Array | Uint32Array | Int32Array;

/** How many slots a block is given that needs room for `rows` of them. */
export function blockSlots(place: number, rows: number): number {
  if (place > 0) return BLOCK_SLOTS;
  return Math.max(FEWEST_SLOTS, 2 ** Math.ceil(Math.log2(rows)));
}

export class Column {
  readonly #blocks: Numbers[] = [];
  readonly #newBlock: (slots: number) => Numbers;

  /** `newBlock` makes the array for a given number of slots, filled with what unwritten slots hold. */
  constructor(newBlock: (slots: number) => Numbers) {
    this.#newBlock = newBlock;
  }

  /** Throws RangeError for a slot beyond the blocks written to. */
  get(slot: number): number {
    const value = this.#blocks[slot >>> BLOCK_BITS]?.[slot & ROW];
    if (value === undefined) throw new RangeError(`slot ${slot} was never written`);
    return value;
  }

  set(slot: number, value: number): void {
    const row = slot & ROW;
    let block = this.#blocks[slot >>> BLOCK_BITS];
    if (block === undefined || row >= block.length) block = this.#grow(slot >>> BLOCK_BITS, row + 1);
    block[row] = value;
  }

  #grow(place: number, rows: number): Numbers {
    for (let before = Math.max(0, this.#blocks.length - 1); before < place; before += 1) {
      this.#extend(before, BLOCK_SLOTS);
    }
    return this.#extend(place, blockSlots(place, rows));
  }

  #extend(place: number, slots: number): Numbers {
    const known = this.#blocks[place];
    if (known !== undefined && known.length >= slots) return known;
    const block = this.#newBlock(slots);
    if (known !== undefined) block.set(known);
    this.#blocks[place] = block;
    return block;
  }
}

/** For instants, lengths of time and other integers up to 2^53. */
export const float64Column = (): Column => new Column((slots) => new Float64Array(slots));

export const uint32Column = (): Column => new Column((slots) => new Uint32Array(slots));

/** For places and links, where a number below zero can stand for none. */
export const int32Column = (): Column => new Column((slots) => new Int32Array(slots));
