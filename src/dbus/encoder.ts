/**
 * Values to bytes by their signature (D-Bus specification, "Marshaling"), little endian. Answers of a hundred thousand
 * bans go this way: bytes are written once, into one buffer.
 * Invariant: bytes come out only for values that have the type their signature says; others throw. Each byte was written
 * here: the memory that the buffer is made of held other things before.
 */
import variants from 'dbus-next/lib/variant.js';
import type { Value } from './message.js';

/** Alignment of the types; those not named have 1. */
const ALIGNMENTS = new Map([
  ...[...'nq'].map((type) => [type, 2] as const),
  ...[...'biusoa'].map((type) => [type, 4] as const),
  ...[...'xtd({'].map((type) => [type, 8] as const),
]);

const FIRST_SIZE = 1024;
const MAX_SIGNATURE = 255;
/** Bytes of UTF-8 for a UTF-16 unit, at most. */
const MOST_BYTES = 3;

export class Encoder {
  #bytes = Buffer.allocUnsafe(FIRST_SIZE);
  #length = 0;

  /** What was written, without a copy: the encoder is of no use afterwards. */
  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  get length(): number {
    return this.#length;
  }

  /** Pads with zeros to a multiple of `size` bytes. */
  align(size: number): void {
    const padding = (size - (this.#length % size)) % size;
    if (padding === 0) return;
    const at = this.#take(padding);
    this.#bytes.fill(0, at, this.#length);
  }

  /** Writes one value for each complete type of the signature. Throws a TypeError or RangeError when they disagree. */
  write(signature: string, values: readonly Value[]): void {
    let at = 0;
    for (const value of values) at = this.#value(signature, at, value);
    if (at !== signature.length) throw new TypeError(`${values.length} values are too few for ${signature}`);
  }

  /** Writes the type at `at` of the signature; returns where the next one begins. */
  #value(signature: string, at: number, value: Value | undefined): number {
    const type = signature[at];
    switch (type) {
      case 'a':
        return this.#array(signature, at + 1, value);
      case '(':
        return this.#struct(signature, at + 1, value);
      case 'v':
        this.#variant(value);
        break;
      case 's':
      case 'o':
        this.#text(value);
        break;
      case 'g':
        this.#signature(value);
        break;
      default:
        this.#fixed(type, value);
    }
    return at + 1;
  }

  #array(signature: string, at: number, value: Value | undefined): number {
    this.align(4);
    const length = this.#take(4);
    this.align(alignmentOf(signature[at]));
    const start = this.#length;
    if (value instanceof Uint8Array && signature[at] === 'y') this.#raw(value);
    else if (signature[at] === '{') this.#entries(signature, at + 1, value);
    else for (const element of listOf(value)) this.#value(signature, at, element);
    this.#bytes.writeUInt32LE(this.#length - start, length);
    return endOf(signature, at);
  }

  #raw(value: Uint8Array): void {
    const at = this.#take(value.length);
    this.#bytes.set(value, at);
  }

  #entries(signature: string, at: number, value: Value | undefined): void {
    if (!isDictionary(value)) throw new TypeError('a dictionary is wanted');
    for (const key in value) {
      this.align(8);
      this.#value(signature, this.#value(signature, at, key), value[key]);
    }
  }

  #struct(signature: string, start: number, value: Value | undefined): number {
    this.align(8);
    let at = start;
    for (const member of listOf(value)) at = this.#value(signature, at, member);
    if (signature[at] !== ')') throw new TypeError(`a struct has too few members for ${signature}`);
    return at + 1;
  }

  #variant(value: Value | undefined): void {
    if (!(value instanceof variants.Variant)) throw new TypeError('a variant is wanted');
    this.#signature(value.signature);
    if (this.#value(value.signature, 0, value.value) !== value.signature.length) {
      throw new TypeError(`a variant holds one value, not ${value.signature}`);
    }
  }

  #text(value: Value | undefined): void {
    if (typeof value !== 'string' || value.includes('\0')) throw new TypeError('a text without NUL is wanted');
    this.align(4);
    const length = this.#take(4);
    this.#reserve(value.length * MOST_BYTES + 1);
    const size = this.#bytes.write(value, this.#length, 'utf8');
    const at = this.#take(size + 1);
    this.#bytes[at + size] = 0;
    this.#bytes.writeUInt32LE(size, length);
  }

  #signature(value: Value | undefined): void {
    if (typeof value !== 'string' || value.length > MAX_SIGNATURE) throw new TypeError('a signature is wanted');
    const at = this.#take(value.length + 2);
    this.#bytes.writeUInt8(value.length, at);
    this.#bytes.write(value, at + 1, 'latin1');
    this.#bytes[this.#length - 1] = 0;
  }

  #fixed(type: string | undefined, value: Value | undefined): void {
    const size = type === 'y' ? 1 : alignmentOf(type);
    this.align(size);
    const at = this.#take(size);
    if (type === 'b' && typeof value === 'boolean') this.#bytes.writeUInt32LE(Number(value), at);
    else if (type === 't') this.#bytes.writeBigUInt64LE(bigOf(value), at);
    else if (type === 'x') this.#bytes.writeBigInt64LE(bigOf(value), at);
    else if (type === 'd') this.#bytes.writeDoubleLE(numberOf(value), at);
    else if (type === 'y' || type === 'q' || type === 'u') this.#bytes.writeUIntLE(integerOf(value), at, size);
    else if (type === 'n' || type === 'i') this.#bytes.writeIntLE(integerOf(value), at, size);
    else throw new TypeError(`a ${typeof value} is not of the type ${type}`);
  }

  /** Where the next `size` bytes go, which have to be written. Only what is `#bytes` after that holds them. */
  #take(size: number): number {
    this.#reserve(size);
    const at = this.#length;
    this.#length += size;
    return at;
  }

  #reserve(size: number): void {
    if (this.#length + size <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(2 * this.#bytes.length, this.#length + size));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }
}

function alignmentOf(type: string | undefined): number {
  return ALIGNMENTS.get(type ?? '') ?? 1;
}

/** Where the complete type that begins at `start` ends. */
function endOf(signature: string, start: number): number {
  let [at, depth] = [start, 0];
  for (; at < signature.length; at += 1) {
    const type = signature[at];
    if (type === '(' || type === '{') depth += 1;
    else if (type === ')' || type === '}') depth -= 1;
    if (depth === 0 && type !== 'a') return at + 1;
  }
  throw new TypeError(`${signature} is not a signature`);
}

function isDictionary(value: Value | undefined): value is { readonly [key: string]: Value } {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return !(value instanceof Uint8Array) && !(value instanceof variants.Variant);
}

function listOf(value: Value | undefined): readonly Value[] {
  if (Array.isArray(value)) return value;
  throw new TypeError('an array is wanted');
}

function bigOf(value: Value | undefined): bigint {
  return typeof value === 'bigint' ? value : BigInt(integerOf(value));
}

function integerOf(value: Value | undefined): number {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
  throw new TypeError('a whole number is wanted');
}

function numberOf(value: Value | undefined): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw new TypeError('a number is wanted');
}
