/**
 * Numbers by slot, in blocks of a typed array, so that growing never copies them.
 * Invariant: only slots that lie within a block ever written to are read; any other would be a mix-up, and throws.
 */

const BLOCK_BITS = 10;
const BLOCK_SLOTS = 1 << BLOCK_BITS;
const ROW = BLOCK_SLOTS - 1;

type Numbers = Float64Array | Uint32Array | Int32Array;

export class Column {
  readonly #blocks: Numbers[] = [];
  readonly #newBlock: () => Numbers;

  /** `newBlock` makes the array for a given number of slots, filled with what unwritten slots hold. */
  constructor(newBlock: (slots: number) => Numbers) {
    this.#newBlock = () => newBlock(BLOCK_SLOTS);
  }

  /** Throws RangeError for a slot beyond the blocks written to. */
  get(slot: number): number {
    const value = this.#blocks[slot >>> BLOCK_BITS]?.[slot & ROW];
    if (value === undefined) throw new RangeError(`slot ${slot} was never written`);
    return value;
  }

  set(slot: number, value: number): void {
    const block = this.#blocks[slot >>> BLOCK_BITS] ?? this.#grow(slot >>> BLOCK_BITS);
    block[slot & ROW] = value;
  }

  #grow(place: number): Numbers {
    let block = this.#newBlock();
    for (; this.#blocks.length < place; block = this.#newBlock()) this.#blocks.push(block);
    this.#blocks.push(block);
    return block;
  }
}

/** For instants, lengths of time and other integers up to 2^53. */
export const float64Column = (): Column => new Column((slots) => new Float64Array(slots));

export const uint32Column = (): Column => new Column((slots) => new Uint32Array(slots));

/** For places and links, where a number below zero can stand for none. */
export const int32Column = (): Column => new Column((slots) => new Int32Array(slots));
