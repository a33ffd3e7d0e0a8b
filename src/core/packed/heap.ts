/**
 * A binary min-heap that can drop any item at once, because each item is told its place.
 * Invariant: no item comes before its parent, and every item was last told the place it is at.
 */
export class Heap<T> {
  readonly #items: T[] = [];
  readonly #isBefore: (one: T, other: T) => boolean;
  readonly #tellPlace: (item: T, place: number) => void;

  constructor(isBefore: (one: T, other: T) => boolean, tellPlace: (item: T, place: number) => void) {
    this.#isBefore = isBefore;
    this.#tellPlace = tellPlace;
  }

  /** The item before all others. */
  get first(): T | undefined {
    return this.#items[0];
  }

  add(item: T): void {
    this.#items.push(item);
    this.#rise(item, this.#items.length - 1);
  }

  /** Drops the item at the place it was last told. */
  removeAt(place: number): void {
    const last = this.#items.pop();
    if (last === undefined || place >= this.#items.length) return;
    this.#items[place] = last;
    this.reorder(place);
  }

  /** To be called when the item at `place` has changed its rank. */
  reorder(place: number): void {
    const item = this.#items[place];
    if (item === undefined) return;
    if (this.#rise(item, place) === place) this.#sink(item, place);
  }

  #put(item: T, place: number): void {
    this.#items[place] = item;
    this.#tellPlace(item, place);
  }

  #rise(item: T, from: number): number {
    let place = from;
    while (place > 0) {
      const above = (place - 1) >> 1;
      const parent = this.#items[above];
      if (parent === undefined || !this.#isBefore(item, parent)) break;
      this.#put(parent, place);
      place = above;
    }
    this.#put(item, place);
    return place;
  }

  #sink(item: T, from: number): void {
    let place = from;
    for (;;) {
      const below = this.#firstChild(place);
      const child = this.#items[below];
      if (child === undefined || !this.#isBefore(child, item)) break;
      this.#put(child, place);
      place = below;
    }
    this.#put(item, place);
  }

  #firstChild(place: number): number {
    const left = this.#items[2 * place + 1];
    const right = this.#items[2 * place + 2];
    const isRight = left !== undefined && right !== undefined && this.#isBefore(right, left);
    return 2 * place + (isRight ? 2 : 1);
  }
}
