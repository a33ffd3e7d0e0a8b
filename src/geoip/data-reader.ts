/**
 * The data section of a MaxMind DB (https://maxmind.github.io/MaxMind-DB/, version 2). Only what is asked for is read.
 * Invariant: whatever the bytes are, reading ends soon and inside of them; what is wrong is thrown as Malformed.
 */

export class Malformed extends Error {}

const POINTER = 1;
const TEXT = 2;
const MAP = 7;
const ARRAY = 11;
const BOOLEAN = 14;
/** uint16, uint32, uint64. */
const NUMBERS = [5, 6, 9];

/** More values than a record of any database has. */
const MAX_STEPS = 20_000;
/** Bytes of a text that are of use to anybody. */
const LONGEST = 256;
/** What pointers of each size begin to count from. */
const POINTER_BASES = [0, 2_048, 526_336, 0];
/** The same of sizes that are told by 1, 2 or 3 bytes. */
const SIZE_BASES = [29, 285, 65_821];

interface Value {
  readonly type: number;
  /** Bytes; of maps and arrays, how many are in it; of a pointer, where it points to. */
  readonly size: number;
  /** Where its content begins. */
  readonly at: number;
}

export class DataReader {
  readonly #bytes: Buffer;
  /** Where pointers count from. */
  readonly #base: number;
  #steps = 0;

  constructor(bytes: Buffer, base: number) {
    [this.#bytes, this.#base] = [bytes, base];
  }

  /** The text or number at the end of the path of keys, in the map at `offset`; undefined when there is none. */
  find(offset: number, path: readonly string[]): string | number | undefined {
    this.#steps = 0;
    let place: number | undefined = offset;
    for (const key of path) {
      if (place !== undefined) place = this.#member(place, key);
    }
    return place === undefined ? undefined : this.#plain(this.#target(place));
  }

  #plain({ type, size, at }: Value): string | number | undefined {
    if (type === TEXT) return this.#bytes.toString('utf8', at, at + Math.min(size, LONGEST));
    if (!NUMBERS.includes(type) || size > 6) return undefined;
    return size === 0 ? 0 : this.#bytes.readUIntBE(at, size);
  }

  /** Where the value of that key is, in a map. */
  #member(offset: number, wanted: string): number | undefined {
    const { type, size, at } = this.#target(offset);
    if (type !== MAP) return undefined;
    let place = at;
    for (let left = size; left > 0; left -= 1) {
      const key = this.#plain(this.#target(place));
      place = this.#behind(place);
      if (key === wanted) return place;
      place = this.#behind(place);
    }
    return undefined;
  }

  /** The value at a place, or where a pointer there leads to; pointers to pointers are not allowed. */
  #target(offset: number): Value {
    const value = this.#value(offset);
    if (value.type !== POINTER) return value;
    const target = this.#value(value.size);
    if (target.type === POINTER) throw new Malformed('a pointer leads to another');
    return target;
  }

  /** Where the next value begins. Pointers are passed over, not followed, so this never goes back. */
  #behind(offset: number): number {
    let place = offset;
    for (let left = 1; left > 0; left -= 1) {
      const { type, size, at } = this.#value(place);
      if (type === MAP) left += 2 * size;
      else if (type === ARRAY) left += size;
      place = [POINTER, MAP, ARRAY, BOOLEAN].includes(type) ? at : at + size;
    }
    return place;
  }

  #value(offset: number): Value {
    this.#steps += 1;
    if (this.#steps > MAX_STEPS) throw new Malformed('a record has too many values');
    const control = this.#number(offset, 1);
    if (control >> 5 === POINTER) return this.#pointer(control, offset + 1);
    const isExtended = control >> 5 === 0;
    const type = isExtended ? 7 + this.#number(offset + 1, 1) : control >> 5;
    const at = offset + (isExtended ? 2 : 1);
    const told = control & 31;
    const length = Math.max(0, told - 28);
    const size = length === 0 ? told : (SIZE_BASES[length - 1] ?? 0) + this.#number(at, length);
    const isSized = ![MAP, ARRAY, BOOLEAN].includes(type);
    if (isSized && at + length + size > this.#bytes.length) throw new Malformed('a value goes past the end');
    return { type, size, at: at + length };
  }

  #pointer(control: number, at: number): Value {
    const kind = (control >> 3) & 3;
    const high = kind === 3 ? 0 : (control & 7) * 256 ** (kind + 1);
    const size = this.#base + (POINTER_BASES[kind] ?? 0) + high + this.#number(at, kind + 1);
    return { type: POINTER, size, at: at + kind + 1 };
  }

  #number(offset: number, length: number): number {
    if (offset < 0 || offset + length > this.#bytes.length) throw new Malformed('a value lies past the end');
    return this.#bytes.readUIntBE(offset, length);
  }
}
