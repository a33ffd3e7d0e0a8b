/**
 * Items in order, which come and go one by one: a hundred thousand of them are neither sorted again nor moved as a
 * whole.
 * Invariant: no chunk is empty, and all chunks one after the other are in order.
 */

/** Twice as many items make two chunks. */
const CHUNK = 512;

export class SortedList<T> {
  readonly #compare: (one: T, other: T) => number;
  readonly #chunks: T[][] = [];

  /** `compare` tells no two items alike. */
  constructor(compare: (one: T, other: T) => number, items: Iterable<T>) {
    this.#compare = compare;
    const sorted = [...items].sort(compare);
    for (let start = 0; start < sorted.length; start += CHUNK) this.#chunks.push(sorted.slice(start, start + CHUNK));
  }

  add(item: T): void {
    const found = this.#first((other) => this.#compare(other, item) > 0);
    const at = Math.min(found, this.#chunks.length - 1);
    const chunk = this.#chunks[at];
    if (chunk === undefined) {
      this.#chunks.push([item]);
      return;
    }
    chunk.splice(
      firstOf(chunk, (other) => this.#compare(other, item) > 0),
      0,
      item,
    );
    if (chunk.length >= 2 * CHUNK) this.#chunks.splice(at, 1, chunk.slice(0, CHUNK), chunk.slice(CHUNK));
  }

  /** Does nothing when there is no such item. */
  remove(item: T): void {
    const at = this.#first((other) => this.#compare(other, item) >= 0);
    const chunk = this.#chunks[at] ?? [];
    const place = firstOf(chunk, (other) => this.#compare(other, item) >= 0);
    const found = chunk[place];
    if (found === undefined || this.#compare(found, item) !== 0) return;
    chunk.splice(place, 1);
    if (chunk.length === 0) this.#chunks.splice(at, 1);
  }

  /** The items from the first one on that is `beyond`, as all after it must be. */
  *from(isBeyond: (item: T) => boolean): Iterable<T> {
    const first = this.#first(isBeyond);
    for (let at = first; at < this.#chunks.length; at += 1) {
      const chunk = this.#chunks[at] ?? [];
      const start = at === first ? firstOf(chunk, isBeyond) : 0;
      for (let place = start; place < chunk.length; place += 1) {
        const item = chunk[place];
        if (item !== undefined) yield item;
      }
    }
  }

  /** The first chunk that ends beyond; how many there are when none does. */
  #first(isBeyond: (item: T) => boolean): number {
    return firstOf(this.#chunks, (chunk) => {
      const last = chunk.at(-1);
      return last !== undefined && isBeyond(last);
    });
  }
}

/**
 * The place of the first item for which `holds` is true, as it is for all after it; their count when it is for none.
 */
function firstOf<T>(items: readonly T[], holds: (item: T) => boolean): number {
  let [low, high] = [0, items.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const item = items[middle];
    if (item !== undefined && holds(item)) high = middle;
    else low = middle + 1;
  }
  return low;
}
