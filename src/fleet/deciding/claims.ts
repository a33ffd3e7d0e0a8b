/**
 * All claims, by address, packed: a hundred thousand of them fit where plain objects would take five times as much.
 * Invariant: at most one for a host, a jail and an address; those of an address are linked in the order in which they came.
 */
import { type Address, covers, isSingle, overlaps } from '../../core/address/address.js';
import { AddressTable } from '../../core/address/address-table.js';
import { COUNTED_JAIL } from '../../core/ban.js';
import { float64Column, int32Column, uint32Column } from '../../core/packed/column.js';
import { TextPool } from '../../core/packed/text-pool.js';
import { FOREVER } from '../../core/time.js';
import type { Claim } from './claim.js';

/** Which claim. */
export type ClaimKey = Pick<Claim, 'host' | 'jail' | 'address'>;

/** The link of the last claim of an address. */
const NONE = -1;

export class Claims implements Iterable<Claim> {
  readonly #table: AddressTable;
  /** The place of the first claim, by the slot of the address. */
  readonly #first = int32Column();
  /** The place of the next claim of the address, by place as all that follows. */
  readonly #next = int32Column();
  readonly #host = uint32Column();
  readonly #jail = uint32Column();
  readonly #since = float64Column();
  readonly #until = float64Column();
  readonly #sequence = float64Column();
  readonly #heardAt = float64Column();
  readonly #saidAt = float64Column();
  /** NONE for those without. */
  readonly #reason = int32Column();
  readonly #names = new TextPool();
  readonly #ofHosts = new Map<string, number>();
  /** Prefixes that are claimed: few, as most claims are of single addresses. */
  readonly #prefixes = new Map<string, Address>();
  readonly #free: number[] = [];
  #end = 0;

  /** `seed`: any 32-bit number, see AddressTable. */
  constructor(seed: number) {
    this.#table = new AddressTable(seed);
  }

  get size(): number {
    return this.#end - this.#free.length;
  }

  sizeOf(host: string): number {
    return this.#ofHosts.get(host) ?? 0;
  }

  of(address: Address): readonly Claim[] {
    const claims: Claim[] = [];
    for (let place = this.#firstOf(address); place !== NONE; place = this.#next.get(place))
      claims.push(this.#at(address, place));
    return claims;
  }

  has(address: Address): boolean {
    return this.#table.find(address) !== undefined;
  }

  get(key: ClaimKey): Claim | undefined {
    const place = this.#find(key);
    return place === undefined ? undefined : this.#at(key.address, place);
  }

  /** Each is made when it is asked for: all at once take much more room than they have here. */
  *[Symbol.iterator](): Iterator<Claim> {
    for (const address of this.addresses()) yield* this.of(address);
  }

  /** Every address that is claimed, once. */
  *addresses(): Iterable<Address> {
    for (const slot of this.#table.slots()) yield this.#table.addressAt(slot);
  }

  /** The claimed addresses and prefixes that cover a single address. */
  covering(address: Address): readonly Address[] {
    const around = [...this.#prefixes.values()].filter((prefix) => covers(prefix, address));
    return isSingle(address) && this.has(address) ? [address, ...around] : around;
  }

  /** The claimed addresses and prefixes that have an address in common with this one. */
  overlapping(address: Address): readonly Address[] {
    if (isSingle(address)) return this.covering(address);
    const found: Address[] = [];
    for (const claimed of this.addresses()) if (overlaps(claimed, address)) found.push(claimed);
    return found;
  }

  ofHost(host: string): readonly Claim[] {
    return this.#where((place) => this.#hostAt(place) === host);
  }

  /** Those that have ended by `at`, µs since the epoch; of those that were counted together, that had by `countedAt`. */
  endedBy(at: number, countedAt: number): readonly Claim[] {
    return this.#where((place) => {
      const end = this.#until.get(place);
      return end <= at && (end <= countedAt || this.#jailAt(place) !== COUNTED_JAIL);
    });
  }

  /** Of whom the servers heard after `from` and by `to`, and when they did first after that; µs since the epoch. */
  heardBetween(from: number, to: number): { readonly addresses: readonly Address[]; readonly next: number } {
    const addresses: Address[] = [];
    let next = FOREVER;
    for (const slot of this.#table.slots())
      for (const place of this.#places(slot)) {
        const heardAt = this.#heardAt.get(place);
        if (heardAt > to) next = Math.min(next, heardAt);
        else if (heardAt > from) addresses.push(this.#table.addressAt(slot));
      }
    return { addresses, next };
  }

  /** In the place of the one of the same host, jail and address. */
  put(claim: Claim): void {
    const place = this.#find(claim) ?? this.#add(claim);
    this.#since.set(place, claim.since);
    this.#until.set(place, claim.until);
    this.#sequence.set(place, claim.sequence);
    this.#heardAt.set(place, claim.heardAt);
    this.#saidAt.set(place, claim.saidAt);
    this.#releaseReason(place);
    if (claim.reason !== undefined) this.#reason.set(place, this.#names.take(claim.reason));
  }

  remove(key: ClaimKey): void {
    const place = this.#find(key);
    if (place === undefined) return;
    this.#unlink(key.address, place);
    this.#names.release(this.#host.get(place));
    this.#names.release(this.#jail.get(place));
    this.#releaseReason(place);
    this.#free.push(place);
    const left = this.sizeOf(key.host) - 1;
    if (left > 0) this.#ofHosts.set(key.host, left);
    else this.#ofHosts.delete(key.host);
  }

  /** The stream is another one: the places of all in the old one come before all in the new one. */
  beginAnew(): void {
    for (const slot of this.#table.slots()) for (const place of this.#places(slot)) this.#sequence.set(place, 0);
  }

  #where(isWanted: (place: number) => boolean): readonly Claim[] {
    const found: Claim[] = [];
    for (const slot of this.#table.slots())
      for (const place of this.#places(slot))
        if (isWanted(place)) found.push(this.#at(this.#table.addressAt(slot), place));
    return found;
  }

  #find({ host, jail, address }: ClaimKey): number | undefined {
    for (let place = this.#firstOf(address); place !== NONE; place = this.#next.get(place))
      if (this.#hostAt(place) === host && this.#jailAt(place) === jail) return place;
    return undefined;
  }

  #firstOf(address: Address): number {
    const slot = this.#table.find(address);
    return slot === undefined ? NONE : this.#first.get(slot);
  }

  /** The claim of the address before this place; NONE: the last one. */
  #before(address: Address, end: number): number {
    let before = NONE;
    for (let place = this.#firstOf(address); place !== end; place = this.#next.get(place)) before = place;
    return before;
  }

  *#places(slot: number): Iterable<number> {
    for (let place = this.#first.get(slot); place !== NONE; place = this.#next.get(place)) yield place;
  }

  #add({ host, jail, address }: ClaimKey): number {
    const place = this.#free.pop() ?? this.#end++;
    const last = this.#before(address, NONE);
    if (last === NONE) this.#first.set(this.#table.add(address), place);
    else this.#next.set(last, place);
    this.#next.set(place, NONE);
    this.#host.set(place, this.#names.take(host));
    this.#jail.set(place, this.#names.take(jail));
    this.#reason.set(place, NONE);
    if (!isSingle(address)) this.#prefixes.set(address.text, address);
    this.#ofHosts.set(host, this.sizeOf(host) + 1);
    return place;
  }

  #unlink(address: Address, place: number): void {
    const next = this.#next.get(place);
    const before = this.#before(address, place);
    if (before !== NONE) this.#next.set(before, next);
    else if (next !== NONE) this.#first.set(this.#table.add(address), next);
    else {
      this.#table.remove(address);
      this.#prefixes.delete(address.text);
    }
  }

  #releaseReason(place: number): void {
    const reason = this.#reason.get(place);
    if (reason !== NONE) this.#names.release(reason);
    this.#reason.set(place, NONE);
  }

  #hostAt(place: number): string {
    return this.#names.textOf(this.#host.get(place));
  }

  #jailAt(place: number): string {
    return this.#names.textOf(this.#jail.get(place));
  }

  #at(address: Address, place: number): Claim {
    const reason = this.#reason.get(place);
    return {
      host: this.#hostAt(place),
      jail: this.#jailAt(place),
      address,
      since: this.#since.get(place),
      until: this.#until.get(place),
      sequence: this.#sequence.get(place),
      heardAt: this.#heardAt.get(place),
      saidAt: this.#saidAt.get(place),
      ...(reason === NONE ? {} : { reason: this.#names.textOf(reason) }),
    };
  }
}
