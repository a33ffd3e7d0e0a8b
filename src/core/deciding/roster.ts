/**
 * All bans in force, found by jail and address, by the prefix around an address, and in the order they end.
 * Invariant: at most one ban for a jail and address.
 */
import type { Address } from '../address/address.js';
import type { Ban, BanRange, StoredBan } from '../ban.js';
import { BanAttributesTable } from '../packed/ban-attributes.js';
import { CursorPacker } from '../packed/cursor-packer.js';
import { JailBans, type Shared } from '../packed/jail-bans.js';

const none: readonly Ban[] = [];

export class Roster implements Iterable<Ban> {
  readonly #jails = new Map<string, JailBans>();
  readonly #shared: Shared;
  readonly #seed: number;
  /** No ban ends before this time: one look at each failure. */
  #quietUntil = Number.POSITIVE_INFINITY;

  /** `seed`: any 32-bit number, see AddressTable. `cursors` may be shared with others. */
  constructor(seed: number, cursors = new CursorPacker()) {
    this.#seed = seed;
    this.#shared = { cursors, attributes: new BanAttributesTable() };
  }

  /** How many bans there are in all jails. */
  get size(): number {
    let size = 0;
    for (const bans of this.#jails.values()) size += bans.size;
    return size;
  }

  /** How many bans a jail has. */
  sizeOf(jail: string): number {
    return this.#jails.get(jail)?.size ?? 0;
  }

  *[Symbol.iterator](): Iterator<Ban> {
    for (const bans of this.#jails.values()) yield* bans.bans();
  }

  /** The bans of one jail. */
  of(jail: string): Iterable<Ban> {
    return this.#jails.get(jail)?.bans() ?? [];
  }

  /** The same with no evidence. */
  bareOf(jail: string): Iterable<Ban> {
    return this.#jails.get(jail)?.withoutEvidence() ?? [];
  }

  /** Bans in the order of `compareBans`; the time it takes is that of those which are taken. */
  *inOrder({ jail, after, bare = false }: BanRange): Iterable<Ban> {
    const names = jail === undefined ? [...this.#jails.keys()].sort() : [jail];
    for (const name of names) {
      if (after === undefined || name > after.jail) yield* this.#jails.get(name)?.after(undefined, bare) ?? [];
      else if (name === after.jail) yield* this.#jails.get(name)?.after(after.address, bare) ?? [];
    }
  }

  /** All bans as the firewall needs them: with no evidence. */
  *withoutEvidence(): Iterable<Ban> {
    for (const bans of this.#jails.values()) yield* bans.withoutEvidence();
  }

  get(jail: string, address: Address): Ban | undefined {
    return this.#jails.get(jail)?.get(address);
  }

  /** The address banned in the jail, or the narrowest banned prefix around it. */
  covering(jail: string, address: Address): Address | undefined {
    return this.#jails.get(jail)?.covering(address);
  }

  /** All bans, in one jail or in any, of what lies within `prefix` or around it. */
  *overlapping(prefix: Address, jail: string | undefined): Iterable<Ban> {
    const jails = jail === undefined ? [...this.#jails.values()] : [this.#jails.get(jail)];
    for (const bans of jails) yield* bans?.overlapping(prefix) ?? [];
  }

  /** The bans, in any jail, of exactly this address or prefix, and of the prefixes around it. */
  *around(address: Address): Iterable<Ban> {
    for (const bans of this.#jails.values()) yield* bans.around(address);
  }

  /** When the next ban ends. µs since the epoch. */
  get nextEnd(): number | undefined {
    return this.#firstEnding()?.nextEnd;
  }

  /** Takes out at most `limit` of the bans that have ended by `at`, in the order they ended. */
  takeEnded(at: number, limit = Number.POSITIVE_INFINITY): readonly Ban[] {
    if (at < this.#quietUntil) return none;
    const ended: Ban[] = [];
    while (ended.length < limit) {
      const ban = this.#firstEnding()?.takeEnded(at);
      if (ban === undefined) break;
      ended.push(ban);
    }
    this.#quietUntil = this.nextEnd ?? Number.POSITIVE_INFINITY;
    return ended;
  }

  /** Holds a ban, in the place of the one of the same jail and address. */
  add(ban: StoredBan): void {
    const bans = this.#jails.get(ban.jail) ?? new JailBans(ban.jail, this.#shared, this.#seed);
    this.#jails.set(ban.jail, bans);
    bans.add(ban);
    this.#quietUntil = Math.min(this.#quietUntil, ban.until);
  }

  /** Drops the ban of this jail and address, if there is one. */
  remove({ jail, address }: Pick<Ban, 'jail' | 'address'>): void {
    this.#jails.get(jail)?.remove(address);
  }

  /** The jail whose ban ends first; of those that end at the same time the one that comes first by name. */
  #firstEnding(): JailBans | undefined {
    let first: JailBans | undefined;
    for (const bans of this.#jails.values()) {
      if (bans.nextEnd === undefined) continue;
      const until = first?.nextEnd ?? Number.POSITIVE_INFINITY;
      if (bans.nextEnd < until || (bans.nextEnd === until && bans.jail < (first?.jail ?? ''))) first = bans;
    }
    return first;
  }
}
