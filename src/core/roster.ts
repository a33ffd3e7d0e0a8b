/**
 * All bans in force, found by jail and address, by the prefix around an address, and in the order they end.
 * Invariant: at most one ban for a jail and address; every ban that ends stands in the order of ends.
 */
import { type Address, networkOf, overlaps } from './address.js';
import type { Ban } from './ban.js';
import { CursorBook, type PackedCursors } from './cursor-book.js';
import { Heap } from './heap.js';
import { FOREVER } from './time.js';

/** A ban as it is kept: its evidence packed, or a hundred thousand bans would be mostly cursors. */
interface Held extends Omit<Ban, 'evidence'> {
  readonly packed: PackedCursors;
  /** In the order of ends; -1 when it never ends. */
  place: number;
}

/** The bans of one jail, and how many there are of each prefix length. */
interface Ward {
  readonly held: Map<string, Held>;
  readonly lengths: Map<string, { readonly family: 4 | 6; readonly length: number; bans: number }>;
}

/** Ties go in an order that does not depend on when the bans were made. */
function endsBefore(one: Held, other: Held): boolean {
  if (one.until !== other.until) return one.until < other.until;
  if (one.jail !== other.jail) return one.jail < other.jail;
  return one.address.text < other.address.text;
}

export class Roster implements Iterable<Ban> {
  readonly #wards = new Map<string, Ward>();
  readonly #cursors = new CursorBook();
  readonly #byEnd = new Heap<Held>(endsBefore, (held, place) => {
    held.place = place;
  });

  /** How many bans a jail has. */
  sizeOf(jail: string): number {
    return this.#wards.get(jail)?.held.size ?? 0;
  }

  *[Symbol.iterator](): Iterator<Ban> {
    for (const jail of this.#wards.keys()) yield* this.of(jail);
  }

  /** The bans of one jail. */
  *of(jail: string): Iterable<Ban> {
    for (const held of this.#wards.get(jail)?.held.values() ?? []) yield this.#unpack(held);
  }

  /** All bans as the firewall needs them: with no evidence, which would be most of a hundred thousand bans. */
  *withoutEvidence(): Iterable<Ban> {
    for (const { held } of this.#wards.values()) for (const ban of held.values()) yield this.#unpack(ban, []);
  }

  get(jail: string, address: Address): Ban | undefined {
    const held = this.#wards.get(jail)?.held.get(address.text);
    return held && this.#unpack(held);
  }

  /** The address banned in the jail, or the narrowest banned prefix around it. */
  covering(jail: string, address: Address): Address | undefined {
    const ward = this.#wards.get(jail);
    if (ward === undefined) return undefined;
    let narrowest = ward.held.get(address.text)?.address;
    for (const { family, length } of ward.lengths.values()) {
      if (family !== address.family || length >= address.length || length < (narrowest?.length ?? 0)) continue;
      narrowest = ward.held.get(networkOf(address, length).text)?.address ?? narrowest;
    }
    return narrowest;
  }

  /** All bans, in one jail or in any, of what lies within `prefix` or around it. Reads the whole roster. */
  overlapping(prefix: Address, jail: string | undefined): readonly Ban[] {
    const wards = jail === undefined ? [...this.#wards.values()] : [this.#wards.get(jail)];
    return wards
      .flatMap((ward) => [...(ward?.held.values() ?? [])])
      .filter(({ address }) => overlaps(prefix, address))
      .map((held) => this.#unpack(held));
  }

  /** When the next ban ends. µs since the epoch. */
  get nextEnd(): number | undefined {
    return this.#byEnd.first?.until;
  }

  /** Takes out the bans that have ended by `at`, in the order they ended. */
  takeEnded(at: number): readonly Ban[] {
    const ended: Ban[] = [];
    for (let first = this.#byEnd.first; first !== undefined && first.until <= at; first = this.#byEnd.first) {
      ended.push(this.#unpack(first));
      this.remove(first);
    }
    return ended;
  }

  /** Holds a ban, in the place of the one of the same jail and address. */
  add(ban: Ban): void {
    this.remove(ban);
    const ward = this.#wardOf(ban.jail);
    const held = this.#pack(ban);
    ward.held.set(ban.address.text, held);
    if (ban.until !== FOREVER) this.#byEnd.add(held);
    const { family, length } = ban.address;
    const known = ward.lengths.get(`${family}/${length}`);
    if (known === undefined) ward.lengths.set(`${family}/${length}`, { family, length, bans: 1 });
    else known.bans += 1;
  }

  /** Drops the ban of this jail and address, if there is one. */
  remove({ jail, address }: Pick<Ban, 'jail' | 'address'>): void {
    const ward = this.#wards.get(jail);
    const held = ward?.held.get(address.text);
    if (ward === undefined || held === undefined) return;
    ward.held.delete(address.text);
    if (held.place >= 0) this.#byEnd.removeAt(held.place);
    const key = `${address.family}/${address.length}`;
    const length = ward.lengths.get(key);
    if (length !== undefined) length.bans -= 1;
    if (length?.bans === 0) ward.lengths.delete(key);
  }

  #wardOf(jail: string): Ward {
    const known = this.#wards.get(jail);
    if (known !== undefined) return known;
    const ward: Ward = { held: new Map(), lengths: new Map() };
    this.#wards.set(jail, ward);
    return ward;
  }

  /** Field by field here and below: V8 keeps what rest patterns make in a form several times as large. */
  #pack(ban: Ban): Held {
    const { jail, address, since, until, disposition, ports, origin, count, failures } = ban;
    const packed = this.#cursors.pack(ban.evidence);
    const held: Held = { jail, address, since, until, disposition, ports, origin, count, failures, packed, place: -1 };
    return withRarities(held, ban);
  }

  #unpack(held: Held, evidence = this.#cursors.unpack(held.packed)): Ban {
    const { jail, address, since, until, disposition, ports, origin, count, failures } = held;
    return withRarities({ jail, address, since, until, disposition, ports, origin, count, failures, evidence }, held);
  }
}

/** Adds what few bans have. */
function withRarities<T extends object>(ban: T, { reason, members }: Pick<Ban, 'reason' | 'members'>): T {
  if (reason === undefined && members === undefined) return ban;
  return { ...ban, ...(reason === undefined ? {} : { reason }), ...(members === undefined ? {} : { members }) };
}
