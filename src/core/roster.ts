/**
 * All bans in force, found by jail and address, by the prefix around an address, and in the order they end.
 * Invariant: at most one ban for a jail and address; every ban that ends stands in the order of ends.
 */
import { type Address, covers, networkOf } from './address.js';
import type { Ban } from './ban.js';
import { Heap } from './heap.js';
import { FOREVER } from './time.js';

interface Held {
  readonly ban: Ban;
  place: number;
}

/** The bans of one jail, and how many there are of each prefix length, `family/length`. */
interface Ward {
  readonly held: Map<string, Held>;
  readonly lengths: Map<string, { readonly family: 4 | 6; readonly length: number; bans: number }>;
}

/** Ends first; ties in an order that does not depend on when the bans were made. */
function endsBefore({ ban: one }: Held, { ban: other }: Held): boolean {
  if (one.until !== other.until) return one.until < other.until;
  if (one.jail !== other.jail) return one.jail < other.jail;
  return one.address.text < other.address.text;
}

export class Roster implements Iterable<Ban> {
  readonly #wards = new Map<string, Ward>();
  readonly #byEnd = new Heap<Held>(endsBefore, (held, place) => {
    held.place = place;
  });

  get size(): number {
    return [...this.#wards.values()].reduce((sum, { held }) => sum + held.size, 0);
  }

  /** How many bans a jail has. */
  sizeOf(jail: string): number {
    return this.#wards.get(jail)?.held.size ?? 0;
  }

  *[Symbol.iterator](): Iterator<Ban> {
    for (const jail of this.#wards.keys()) yield* this.of(jail);
  }

  /** The bans of one jail. */
  *of(jail: string): Iterable<Ban> {
    for (const { ban } of this.#wards.get(jail)?.held.values() ?? []) yield ban;
  }

  get(jail: string, address: Address): Ban | undefined {
    return this.#wards.get(jail)?.held.get(address.text)?.ban;
  }

  /** The ban of this address in the jail, or the narrowest one of a prefix around it. */
  covering(jail: string, address: Address): Ban | undefined {
    const ward = this.#wards.get(jail);
    if (ward === undefined) return undefined;
    const own = ward.held.get(address.text);
    if (own !== undefined) return own.ban;
    let narrowest: Ban | undefined;
    for (const { family, length } of ward.lengths.values()) {
      if (family !== address.family || length >= address.length || length < (narrowest?.address.length ?? 0)) continue;
      narrowest = ward.held.get(networkOf(address, length).text)?.ban ?? narrowest;
    }
    return narrowest;
  }

  /** All bans, in one jail or in any, of what lies within `prefix` or around it. Reads the whole roster. */
  overlapping(prefix: Address, jail: string | undefined): readonly Ban[] {
    const bans = jail === undefined ? this : this.of(jail);
    return [...bans].filter(({ address }) => covers(prefix, address) || covers(address, prefix));
  }

  /** When the next ban ends. µs since the epoch. */
  get nextEnd(): number | undefined {
    return this.#byEnd.first?.ban.until;
  }

  /** Takes out the bans that have ended by `at`, in the order they ended. */
  takeEnded(at: number): readonly Ban[] {
    const ended: Ban[] = [];
    for (let first = this.#byEnd.first; first !== undefined && first.ban.until <= at; first = this.#byEnd.first) {
      ended.push(first.ban);
      this.remove(first.ban.jail, first.ban.address);
    }
    return ended;
  }

  /** Holds a ban, in the place of the one of the same jail and address. */
  add(ban: Ban): void {
    this.remove(ban.jail, ban.address);
    const ward = this.#ward(ban.jail);
    const held: Held = { ban, place: -1 };
    ward.held.set(ban.address.text, held);
    if (ban.until !== FOREVER) this.#byEnd.add(held);
    const { family, length } = ban.address;
    const key = `${family}/${length}`;
    const known = ward.lengths.get(key);
    if (known === undefined) ward.lengths.set(key, { family, length, bans: 1 });
    else known.bans += 1;
  }

  remove(jail: string, address: Address): Ban | undefined {
    const ward = this.#wards.get(jail);
    const held = ward?.held.get(address.text);
    if (ward === undefined || held === undefined) return undefined;
    ward.held.delete(address.text);
    if (held.place >= 0) this.#byEnd.removeAt(held.place);
    const key = `${address.family}/${address.length}`;
    const length = ward.lengths.get(key);
    if (length !== undefined) length.bans -= 1;
    if (length?.bans === 0) ward.lengths.delete(key);
    return held.ban;
  }

  #ward(jail: string): Ward {
    const known = this.#wards.get(jail);
    if (known !== undefined) return known;
    const ward: Ward = { held: new Map(), lengths: new Map() };
    this.#wards.set(jail, ward);
    return ward;
  }
}
