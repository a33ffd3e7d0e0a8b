/**
 * Which bans want which address, for which purpose.
 * Invariant: an address is wanted for a purpose as long as one ban wants it, however many began to.
 */
import { randomInt } from 'node:crypto';
import type { Address } from '../core/address/address.js';
import { AddressTable } from '../core/address/address-table.js';
import { type Ban, FLEET_JAIL } from '../core/ban.js';

/** What the firewall is asked for: everything from an address dropped or rejected, or some ports closed to it. */
export type Purpose =
  | { readonly kind: 'drop' | 'reject' }
  /** Sorted and without repetition, so that equal lists have one text. */
  | { readonly kind: 'ports'; readonly ports: readonly string[] };

/** An address wanted for a purpose. `key` tells claims apart. */
export interface Claim {
  readonly key: string;
  readonly purpose: Purpose;
  readonly address: Address;
}

export interface ClaimChange {
  readonly claim: Claim;
  readonly isWanted: boolean;
}

export function purposeText(purpose: Purpose): string {
  return purpose.kind === 'ports' ? `ports ${purpose.ports.join(',')}` : purpose.kind;
}

/** Shared by all their claims. */
const purposes: Readonly<Record<'drop' | 'reject', Purpose>> = { drop: { kind: 'drop' }, reject: { kind: 'reject' } };

export function purposeOf({ disposition, ports }: Pick<Ban, 'disposition' | 'ports'>): Purpose {
  return disposition === 'ports' ? { kind: disposition, ports: [...new Set(ports)].sort() } : purposes[disposition];
}

export function claimOf(ban: Ban): Claim {
  return claimFor(purposeOf(ban), ban.address);
}

export function claimFor(purpose: Purpose, address: Address): Claim {
  return { key: claimKey(purposeText(purpose), address.text), purpose, address };
}

export function claimKey(purpose: string, address: string): string {
  return `${purpose} ${address}`;
}

/** The addresses wanted for one purpose. */
interface Wanted {
  readonly purpose: Purpose;
  readonly text: string;
  readonly table: AddressTable;
  /** By slot: how many bans want the address. */
  readonly bans: number[];
  /** By slot, µs since the epoch: the latest end of all bans that wanted it, since it is wanted or told by `replace`. */
  readonly until: number[];
}

/** The banned addresses of one jail, and by slot what they are wanted for. */
interface OfJail {
  readonly table: AddressTable;
  readonly wanted: Wanted[];
}

/** Packed: objects would take some hundred bytes more for each of a hundred thousand bans. */
export class Claims {
  readonly #byPurpose = new Map<string, Wanted>();
  readonly #byJail = new Map<string, OfJail>();
  /** Attackers choose the addresses. */
  readonly #seed = randomInt(2 ** 32);

  /** How many claims there are. */
  get size(): number {
    let size = 0;
    for (const { table } of this.#byPurpose.values()) size += table.size;
    return size;
  }

  /** What anything is wanted for. */
  get purposes(): readonly Purpose[] {
    return [...this.#byPurpose.values()].map(({ purpose }) => purpose);
  }

  /** Each claim is put together when it is come to. */
  *all(): Iterable<Claim> {
    for (const { purpose, table } of this.#byPurpose.values()) {
      for (const slot of table.slots()) yield claimFor(purpose, table.addressAt(slot));
    }
  }

  /** How many claims there are of which this is true. */
  count(isSo: (claim: Claim) => boolean): number {
    let count = 0;
    for (const claim of this.all()) if (isSo(claim)) count += 1;
    return count;
  }

  wants(claim: Claim): boolean {
    return this.until(claim) !== undefined;
  }

  /** Other hosts' bans want it, and none of this host's own does. */
  isForFleetAlone({ purpose, address }: Claim): boolean {
    // Asked of each new ban, and most hosts are in no fleet.
    const ofFleet = this.#byJail.get(FLEET_JAIL);
    const place = ofFleet?.table.find(address);
    if (ofFleet === undefined || place === undefined) return false;
    const wanted = this.#byPurpose.get(purposeText(purpose));
    const slot = wanted?.table.find(address);
    return slot !== undefined && ofFleet.wanted[place] === wanted && wanted?.bans[slot] === 1;
  }

  /** When what is claimed may end at the earliest, µs since the epoch; undefined when it is not wanted. */
  until({ purpose, address }: Claim): number | undefined {
    const wanted = this.#byPurpose.get(purposeText(purpose));
    const slot = wanted?.table.find(address);
    return slot === undefined ? undefined : wanted?.until[slot];
  }

  /** True when this very ban is wanted, with this disposition and these ports. */
  has(ban: Ban): boolean {
    return this.#wantedBy(ban) !== undefined;
  }

  /** A jail's ban of an address replaces its earlier one of the same address. */
  add(ban: Ban): readonly ClaimChange[] {
    const { address } = ban;
    const same = this.#wantedBy(ban);
    const wanted = same ?? this.#wantedFor(purposeOf(ban));
    // The new claim is made before the old one goes, so that nothing shared between them is let go in between.
    const isNew = wanted.table.find(address) === undefined;
    const slot = wanted.table.add(address);
    wanted.until[slot] = isNew ? ban.until : Math.max(wanted.until[slot] ?? 0, ban.until);
    if (same !== undefined) return [];
    const released = this.remove(ban);
    wanted.bans[slot] = isNew ? 1 : (wanted.bans[slot] ?? 0) + 1;
    const ofJail = this.#ofJail(ban.jail);
    ofJail.wanted[ofJail.table.add(address)] = wanted;
    return isNew ? [{ claim: claimFor(wanted.purpose, address), isWanted: true }, ...released] : released;
  }

  remove({ jail, address }: Pick<Ban, 'jail' | 'address'>): readonly ClaimChange[] {
    const ofJail = this.#byJail.get(jail);
    const place = ofJail?.table.find(address);
    const wanted = place === undefined ? undefined : ofJail?.wanted[place];
    if (ofJail === undefined || wanted === undefined) return [];
    ofJail.table.remove(address);
    if (ofJail.table.size === 0) this.#byJail.delete(jail);
    const { purpose, text, table, bans } = wanted;
    const slot = table.find(address);
    if (slot === undefined) return [];
    bans[slot] = (bans[slot] ?? 0) - 1;
    if (bans[slot] > 0) return [];
    table.remove(address);
    if (table.size === 0) this.#byPurpose.delete(text);
    return [{ claim: claimFor(purpose, address), isWanted: false }];
  }

  /** Only these bans are wanted from now on; `tell` hears of every change, new claims first. */
  replace(bans: Iterable<Ban>, tell: (change: ClaimChange) => void = () => {}): void {
    for (const { until } of this.#byPurpose.values()) until.fill(0);
    const kept = new Map<string, AddressTable>();
    for (const ban of bans) {
      const ofJail = kept.get(ban.jail) ?? new AddressTable(this.#seed);
      kept.set(ban.jail, ofJail);
      ofJail.add(ban.address);
      this.add(ban).forEach(tell);
    }
    for (const [jail, { table }] of this.#byJail) {
      for (const slot of table.slots()) {
        const address = table.addressAt(slot);
        if (kept.get(jail)?.find(address) === undefined) this.remove({ jail, address }).forEach(tell);
      }
    }
  }

  #wantedBy(ban: Ban): Wanted | undefined {
    const ofJail = this.#byJail.get(ban.jail);
    const slot = ofJail?.table.find(ban.address);
    const wanted = slot === undefined ? undefined : ofJail?.wanted[slot];
    if (wanted === undefined || wanted.purpose.kind !== ban.disposition) return undefined;
    return ban.disposition !== 'ports' || wanted.text === purposeText(purposeOf(ban)) ? wanted : undefined;
  }

  #wantedFor(purpose: Purpose): Wanted {
    const text = purposeText(purpose);
    const known = this.#byPurpose.get(text);
    if (known !== undefined) return known;
    const wanted: Wanted = { purpose, text, table: new AddressTable(this.#seed), bans: [], until: [] };
    this.#byPurpose.set(text, wanted);
    return wanted;
  }

  #ofJail(jail: string): OfJail {
    const known = this.#byJail.get(jail);
    if (known !== undefined) return known;
    const ofJail: OfJail = { table: new AddressTable(this.#seed), wanted: [] };
    this.#byJail.set(jail, ofJail);
    return ofJail;
  }
}
