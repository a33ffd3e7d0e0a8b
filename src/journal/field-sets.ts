/**
 * The fields of entries as objects, the same one for all entries with the same fields: a service's entries mostly have.
 * It costs less to compare bytes than to make texts, and what rests on the fields alone can be kept by the object.
 * Bounded: senders choose some of the values.
 */
import type { Entry } from '../core/entry.js';

type Fields = Entry['fields'];

/** Where the fields of one record stand: (index, length) of each as words, and their values, one after the other. */
export interface FieldPlaces {
  readonly bytes: Buffer;
  readonly words: Uint32Array;
  /** The first word, and the one behind the last. */
  readonly table: readonly [start: number, end: number];
  readonly values: number;
}

interface FieldSet {
  readonly table: Uint32Array;
  readonly values: Uint8Array;
  readonly fields: Fields;
}

/** Sets that are kept. */
const MOST = 512;
/** Longer values, in bytes together, are hardly met again. */
const LONGEST = 512;

export class FieldSets {
  readonly #names: readonly string[];
  #sets = new Map<number, FieldSet>();
  /** The set of the entry before, which often has the same. */
  #latest: FieldSet | undefined;

  /** `names`: the wanted fields in the order the journal was opened with. */
  constructor(names: readonly string[]) {
    this.#names = names;
  }

  /** Sets kept now. */
  get size(): number {
    return this.#sets.size;
  }

  fieldsAt(places: FieldPlaces): Fields {
    const end = endOfValues(places);
    if (end - places.values > LONGEST) return this.#read(places);
    if (this.#latest === undefined || !isSame(this.#latest, places, end)) this.#latest = this.#find(places, end);
    return this.#latest.fields;
  }

  #find(places: FieldPlaces, end: number): FieldSet {
    const hash = hashOf(places, end);
    const known = this.#sets.get(hash);
    if (known !== undefined && isSame(known, places, end)) return known;
    const { bytes, words, table, values } = places;
    const made = {
      table: words.slice(...table),
      values: Uint8Array.from(bytes.subarray(values, end)),
      fields: this.#read(places),
    };
    if (this.#sets.size >= MOST) this.#sets = new Map();
    this.#sets.set(hash, made);
    return made;
  }

  #read({ bytes, words, table: [first, last], values }: FieldPlaces): Fields {
    const fields: Record<string, string> = {};
    let start = values;
    for (let word = first; word < last; word += 2) {
      const end = start + (words[word + 1] ?? 0);
      const name = this.#names[words[word] ?? 0];
      if (name !== undefined) fields[name] = bytes.toString('utf8', start, end);
      start = end;
    }
    return fields;
  }
}

function endOfValues({ words, table: [first, last], values }: FieldPlaces): number {
  let end = values;
  for (let word = first; word < last; word += 2) end += words[word + 1] ?? 0;
  return end;
}

/** FNV-1a. */
function hashOf({ bytes, words, table: [first, last], values }: FieldPlaces, end: number): number {
  let hash = 0x811c9dc5;
  for (let word = first; word < last; word += 1) hash = Math.imul(hash ^ (words[word] ?? 0), 0x01000193);
  for (let at = values; at < end; at += 1) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193);
  return hash;
}

function isSame(set: FieldSet, { bytes, words, table: [first, last], values }: FieldPlaces, end: number): boolean {
  if (set.table.length !== last - first || set.values.length !== end - values) return false;
  for (let at = 0; at < set.table.length; at += 1) if (set.table[at] !== words[first + at]) return false;
  for (let at = 0; at < set.values.length; at += 1) if (set.values[at] !== bytes[values + at]) return false;
  return true;
}
