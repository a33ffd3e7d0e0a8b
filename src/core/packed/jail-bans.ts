/**
 * The bans of one jail, packed: a hundred thousand of them fit where plain objects would take three times as much.
 * Invariant: at most one ban for an address; every ban that ends stands in the order of ends.
 */
import { type Address, compareAddresses, isSingle, networkOf, overlaps } from '../address/address.js';
import { AddressTable } from '../address/address-table.js';
import type { Ban, StoredBan } from '../ban.js';
import { FOREVER } from '../time.js';
import type { BanAttributesTable } from './ban-attributes.js';
import { float64Column, int32Column, uint32Column } from './column.js';
import type { CursorPacker, PackedCursors } from './cursor-packer.js';
import { Heap } from './heap.js';
import { SortedList } from './sorted-list.js';

/** The place of a ban that never ends. */
const NOWHERE = -1;

/** What bans have in common, kept once for all of them. */
export interface Shared {
  readonly cursors: CursorPacker;
  readonly attributes: BanAttributesTable;
}

/** What few bans have. */
type Rarities = Pick<Ban, 'reason' | 'members'>;

export class JailBans {
  readonly jail: string;
  readonly #cursors: CursorPacker;
  readonly #attributesTable: BanAttributesTable;
  readonly #table: AddressTable;
  readonly #since = float64Column();
  readonly #until = float64Column();
  readonly #count = float64Column();
  readonly #failures = float64Column();
  /** The number of the ban's attributes. */
  readonly #attributes = uint32Column();
  /** In the order of ends, or NOWHERE. */
  readonly #place = int32Column();
  readonly #evidence: PackedCursors[] = [];
  readonly #rarities = new Map<number, Rarities>();
  /** The slots by their addresses; kept from when it is first asked for. */
  #order: SortedList<number> | undefined;
  /** How many bans there are of each prefix length. */
  readonly #lengths = new Map<string, { readonly family: 4 | 6; readonly length: number; bans: number }>();
  readonly #byEnd = new Heap<number>(
    (one, other) => this.#endsBefore(one, other),
    (slot, place) => this.#place.set(slot, place),
  );

  /** `shared` may be shared with other jails. `seed`: any 32-bit number, see AddressTable. */
  constructor(jail: string, shared: Shared, seed: number) {
    this.jail = jail;
    this.#cursors = shared.cursors;
    this.#attributesTable = shared.attributes;
    this.#table = new AddressTable(seed);
  }

  get size(): number {
    return this.#table.size;
  }

  *bans(): Iterable<Ban> {
    for (const slot of this.#table.slots()) yield this.#at(slot);
  }

  /** The bans as the firewall needs them: with no evidence, which is most of a ban. */
  *withoutEvidence(): Iterable<Ban> {
    for (const slot of this.#table.slots()) yield this.#at(slot, []);
  }

  /** The bans in the order of their addresses, those after `address`; `isBare`: with no evidence. */
  *after(address: Address | undefined, isBare: boolean): Iterable<Ban> {
    this.#order ??= new SortedList((one, other) => this.#compare(one, other), this.#table.slots());
    const isBeyond = (slot: number) =>
      address === undefined || compareAddresses(this.#table.addressAt(slot), address) > 0;
    for (const slot of this.#order.from(isBeyond)) yield isBare ? this.#at(slot, []) : this.#at(slot);
  }

  get(address: Address): Ban | undefined {
    const slot = this.#table.find(address);
    return slot === undefined ? undefined : this.#at(slot);
  }

  /** The address if it is banned, or the narrowest banned prefix around it. */
  covering(address: Address): Address | undefined {
    if (this.#table.find(address) !== undefined) return address;
    if (this.#lengths.size === 0) return undefined;
    return this.#around(address).reduce<Address | undefined>(
      (narrowest, prefix) => (prefix.length > (narrowest?.length ?? -1) ? prefix : narrowest),
      undefined,
    );
  }

  /** The bans of what lies within `prefix` or around it. A single address is looked up, a prefix takes a look at all. */
  *overlapping(prefix: Address): Iterable<Ban> {
    if (isSingle(prefix)) {
      yield* this.around(prefix);
      return;
    }
    for (const slot of this.#table.slots()) {
      if (overlaps(prefix, this.#table.addressAt(slot))) yield this.#at(slot);
    }
  }

  /** The bans of exactly this address or prefix, and of the prefixes around it. */
  *around(address: Address): Iterable<Ban> {
    for (const banned of [...this.#around(address), address]) {
      const ban = this.get(banned);
      if (ban !== undefined) yield ban;
    }
  }

  /** When the next ban ends. µs since the epoch. */
  get nextEnd(): number | undefined {
    return this.#byEnd.first === undefined ? undefined : this.#untilOf(this.#byEnd.first);
  }

  /** Takes out the ban that ends first, if it has ended by `at`. */
  takeEnded(at: number): Ban | undefined {
    const slot = this.#byEnd.first;
    if (slot === undefined || this.#untilOf(slot) > at) return undefined;
    const ban = this.#at(slot);
    this.remove(ban.address);
    return ban;
  }

  /** Holds a ban, in the place of the one of the same address. */
  add(ban: StoredBan): void {
    this.remove(ban.address);
    const slot = this.#table.add(ban.address);
    this.#since.set(slot, ban.since);
    this.#until.set(slot, ban.until);
    this.#count.set(slot, ban.count);
    this.#failures.set(slot, ban.failures);
    this.#attributes.set(slot, this.#attributesTable.numberOf(ban));
    this.#place.set(slot, NOWHERE);
    this.#evidence[slot] = this.#cursors.pack(ban.evidence);
    const { reason, members } = ban;
    if (reason !== undefined || members !== undefined) this.#rarities.set(slot, raritiesOf(ban));
    if (ban.until !== FOREVER) this.#byEnd.add(slot);
    this.#order?.add(slot);
    this.#countLength(ban.address, 1);
  }

  /** Drops the ban of the address, if there is one. */
  remove(address: Address): void {
    const slot = this.#table.find(address);
    if (slot === undefined) return;
    const place = this.#place.get(slot);
    if (place !== NOWHERE) this.#byEnd.removeAt(place);
    this.#order?.remove(slot);
    this.#evidence[slot] = '';
    this.#rarities.delete(slot);
    this.#table.remove(address);
    this.#countLength(address, -1);
  }

  /** The banned prefixes around an address, without itself. */
  #around(address: Address): readonly Address[] {
    const found: Address[] = [];
    for (const { family, length } of this.#lengths.values()) {
      if (family !== address.family || length >= address.length) continue;
      const prefix = networkOf(address, length);
      if (this.#table.find(prefix) !== undefined) found.push(prefix);
    }
    return found;
  }

  #countLength({ family, length }: Address, by: 1 | -1): void {
    const key = `${family}/${length}`;
    const known = this.#lengths.get(key) ?? { family, length, bans: 0 };
    known.bans += by;
    if (known.bans === 0) this.#lengths.delete(key);
    else this.#lengths.set(key, known);
  }

  /** Ties go in an order that does not depend on when the bans were made. */
  #endsBefore(one: number, other: number): boolean {
    const [first, second] = [this.#untilOf(one), this.#untilOf(other)];
    return first === second ? this.#compare(one, other) < 0 : first < second;
  }

  #compare(one: number, other: number): number {
    return compareAddresses(this.#table.addressAt(one), this.#table.addressAt(other));
  }

  #untilOf(slot: number): number {
    return this.#until.get(slot);
  }

  /** Field by field: V8 keeps what rest patterns make in a form several times as large. */
  #at(slot: number, evidence = this.#cursors.unpack(this.#evidence[slot] ?? '')): Ban {
    const { disposition, ports, origin } = this.#attributesTable.at(this.#attributes.get(slot));
    const ban: Ban = {
      jail: this.jail,
      address: this.#table.addressAt(slot),
      since: this.#since.get(slot),
      until: this.#until.get(slot),
      disposition,
      ports,
      origin,
      count: this.#count.get(slot),
      failures: this.#failures.get(slot),
      evidence,
    };
    const rarities = this.#rarities.get(slot);
    return rarities === undefined ? ban : { ...ban, ...rarities };
  }
}

function raritiesOf({ reason, members }: StoredBan): Rarities {
  return { ...(reason === undefined ? {} : { reason }), ...(members === undefined ? {} : { members }) };
}
