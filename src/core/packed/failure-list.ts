/**
 * Failures packed into columns, chained by address in the order of time: a failure takes some ninety bytes.
 * Invariant: a chain holds the failures of one address, the earliest first, those of the same instant by their cursors.
 */
import type { Address } from '../address/address.js';
import type { Failure } from '../failure.js';
import { float64Column, int32Column } from './column.js';
import type { CursorPacker, PackedCursors } from './cursor-packer.js';
import { TextPool } from './text-pool.js';

/** Stands for no failure, and for no account. */
export const NONE = -1;

export class FailureList {
  readonly #jail: string;
  readonly #cursors: CursorPacker;
  readonly #users = new TextPool();
  readonly #at = float64Column();
  readonly #count = float64Column();
  readonly #next = int32Column();
  readonly #user = int32Column();
  readonly #evidence: PackedCursors[] = [];
  /** The first of the places that are free; the rest follow by `#next`. */
  #free = NONE;

  constructor(jail: string, cursors: CursorPacker) {
    this.#jail = jail;
    this.#cursors = cursors;
  }

  /** When the failure was logged. µs since the epoch. */
  atOf(place: number): number {
    return this.#at.get(place);
  }

  countOf(place: number): number {
    return this.#count.get(place);
  }

  /** The failure after it in its chain, or NONE. */
  nextOf(place: number): number {
    return this.#next.get(place);
  }

  /** True when the failure's entry is the one of `cursor`, which was packed by the same packer. */
  isOfEntry(place: number, cursor: string, packed: PackedCursors): boolean {
    const evidence = this.#evidence[place] ?? '';
    if (typeof evidence === 'string' && typeof packed === 'string' && !evidence.endsWith(packed)) return false;
    return this.#cursorOf(place) === cursor;
  }

  /**
   * Puts a failure into the chain that begins at `first`; answers with where the chain begins then. `evidence` is that of
   * the failure, packed, its own cursor at the end.
   */
  insert(failure: Failure, evidence: PackedCursors, first: number): number {
    const place = this.#write(failure, evidence);
    let before = NONE;
    for (let after = first; after !== NONE && !this.#standsBefore(failure, after); after = this.#next.get(after)) {
      before = after;
    }
    this.#next.set(place, before === NONE ? first : this.#next.get(before));
    if (before === NONE) return place;
    this.#next.set(before, place);
    return first;
  }

  /** Drops the first failure of a chain; answers with the next one, or NONE. */
  dropFirst(first: number): number {
    const next = this.#next.get(first);
    const user = this.#user.get(first);
    if (user !== NONE) this.#users.release(user);
    this.#evidence[first] = '';
    this.#next.set(first, this.#free);
    this.#free = first;
    return next;
  }

  read(place: number, address: Address): Failure {
    const evidence = this.#cursors.unpack(this.#evidence[place] ?? '');
    const user = this.#user.get(place);
    const failure = {
      jail: this.#jail,
      address,
      at: this.#at.get(place),
      cursor: evidence.at(-1) ?? '',
      evidence,
      count: this.#count.get(place),
    };
    return user === NONE ? failure : { ...failure, user: this.#users.textOf(user) };
  }

  #cursorOf(place: number): string {
    return this.#cursors.unpack(this.#evidence[place] ?? '').at(-1) ?? '';
  }

  #standsBefore({ at, cursor }: Failure, place: number): boolean {
    const other = this.#at.get(place);
    return at < other || (at === other && cursor < this.#cursorOf(place));
  }

  #write({ at, count, user }: Failure, evidence: PackedCursors): number {
    const place = this.#free === NONE ? this.#evidence.length : this.#free;
    if (place === this.#free) this.#free = this.#next.get(place);
    this.#at.set(place, at);
    this.#count.set(place, count);
    this.#user.set(place, user === undefined ? NONE : this.#users.take(user));
    this.#evidence[place] = evidence;
    return place;
  }
}
