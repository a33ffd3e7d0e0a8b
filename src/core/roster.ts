/**
 * All bans in force, found by jail and address, by the prefix around an address, and in the order they end.
 * Invariant: at most one ban for a jail and address.
 */
import type { Address } from './address.js';
import type { Ban, BanRange, StoredBan } from './ban.js';
import { BanAttributesBook } from './ban-attributes.js';
import { CursorPacker } from './cursor-packer.js';
import { JailBans } from './jail-bans.js';

export class Roster implements Iterable<Ban> {
  readonly #wards = new Map<string, JailBans>();
  readonly #books = { cursors: new CursorPacker(), manners: new BanAttributesBook() };
  readonly #seed: number;

  /** `seed`: any 32-bit number, see AddressTable. */
  constructor(seed: number) {
    this.#seed = seed;
  }

  /** How many bans there are in all jails. */
  get size(): number {
    let size = 0;
    for (const ward of this.#wards.values()) size += ward.size;
    return size;
  }

  /** How many bans a jail has. */
  sizeOf(jail: string): number {
    return this.#wards.get(jail)?.size ?? 0;
  }

  *[Symbol.iterator](): Iterator<Ban> {
    for (const ward of this.#wards.values()) yield* ward.bans();
  }

  /** The bans of one jail. */
  of(jail: string): Iterable<Ban> {
    return this.#wards.get(jail)?.bans() ?? [];
  }

  /** Bans in the order of `compareBans`; the time it takes is that of those which are taken. */
  *inOrder({ jail, after, bare = false }: BanRange): Iterable<Ban> {
    const jails = jail === undefined ? [...this.#wards.keys()].sort() : [jail];
    for (const name of jails) {
      if (after === undefined || name > after.jail) yield* this.#wards.get(name)?.after(undefined, bare) ?? [];
      else if (name === after.jail) yield* this.#wards.get(name)?.after(after.address, bare) ?? [];
    }
  }

  /** All bans as the firewall needs them: with no evidence. */
  *withoutEvidence(): Iterable<Ban> {
    for (const ward of this.#wards.values()) yield* ward.withoutEvidence();
  }

  get(jail: string, address: Address): Ban | undefined {
    return this.#wards.get(jail)?.get(address);
  }

  /** The address banned in the jail, or the narrowest banned prefix around it. */
  covering(jail: string, address: Address): Address | undefined {
    return this.#wards.get(jail)?.covering(address);
  }

  /** All bans, in one jail or in any, of what lies within `prefix` or around it. */
  *overlapping(prefix: Address, jail: string | undefined): Iterable<Ban> {
    const wards = jail === undefined ? [...this.#wards.values()] : [this.#wards.get(jail)];
    for (const ward of wards) yield* ward?.overlapping(prefix) ?? [];
  }

  /** When the next ban ends. µs since the epoch. */
  get nextEnd(): number | undefined {
    return this.#firstEnding()?.nextEnd;
  }

  /** Takes out at most `limit` of the bans that have ended by `at`, in the order they ended. */
  takeEnded(at: number, limit = Number.POSITIVE_INFINITY): readonly Ban[] {
    const ended: Ban[] = [];
    while (ended.length < limit) {
      const ban = this.#firstEnding()?.takeEnded(at);
      if (ban === undefined) break;
      ended.push(ban);
    }
    return ended;
  }

  /** Holds a ban, in the place of the one of the same jail and address. */
  add(ban: StoredBan): void {
    const ward = this.#wards.get(ban.jail) ?? new JailBans(ban.jail, this.#books, this.#seed);
    this.#wards.set(ban.jail, ward);
    ward.add(ban);
  }

  /** Drops the ban of this jail and address, if there is one. */
  remove({ jail, address }: Pick<Ban, 'jail' | 'address'>): void {
    this.#wards.get(jail)?.remove(address);
  }

  /** The jail whose ban ends first; of those that end at the same time the one that comes first by name. */
  #firstEnding(): JailBans | undefined {
    let first: JailBans | undefined;
    for (const ward of this.#wards.values()) {
      if (ward.nextEnd === undefined) continue;
      const until = first?.nextEnd ?? Number.POSITIVE_INFINITY;
      if (ward.nextEnd < until || (ward.nextEnd === until && ward.jail < (first?.jail ?? ''))) first = ward;
    }
    return first;
  }
}
