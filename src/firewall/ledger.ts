/**
 * Which bans want which address, for which purpose.
 * Invariant: an address is wanted for a purpose as long as one ban wants it, however many began to.
 */
import type { Address } from '../core/address.js';
import type { Ban } from '../core/ban.js';

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

export interface LedgerChange {
  readonly claim: Claim;
  readonly isWanted: boolean;
}

export function purposeText(purpose: Purpose): string {
  return purpose.kind === 'ports' ? `ports ${purpose.ports.join(',')}` : purpose.kind;
}

/** Shared by all their claims. */
const purposes: Readonly<Record<'drop' | 'reject', Purpose>> = { drop: { kind: 'drop' }, reject: { kind: 'reject' } };

export function claimOf(ban: Ban): Claim {
  const { address, disposition } = ban;
  const purpose: Purpose =
    disposition === 'ports' ? { kind: disposition, ports: [...new Set(ban.ports)].sort() } : purposes[disposition];
  return claimFor(purpose, address);
}

export function claimFor(purpose: Purpose, address: Address): Claim {
  return { key: claimKey(purpose, address.text), purpose, address };
}

export function claimKey(purpose: Purpose, addressText: string): string {
  return `${purposeText(purpose)} ${addressText}`;
}

interface Wanted {
  readonly claim: Claim;
  /** How many bans want it. */
  bans: number;
  /** The latest end of all bans that wanted it since it is wanted, or since the last `replace`. µs since the epoch */
  until: number;
}

export class Ledger {
  readonly #claims = new Map<string, Wanted>();
  /** By jail and by address: these texts are there anyway, joined ones would be there for each ban. */
  readonly #byBan = new Map<string, Map<string, Wanted>>();

  claims(): readonly Claim[] {
    return [...this.#claims.values()].map(({ claim }) => claim);
  }

  wants(claim: Claim): boolean {
    return this.#claims.has(claim.key);
  }

  /** When what a key names may end at the earliest, µs since the epoch; undefined when it is not wanted. */
  until(key: string): number | undefined {
    return this.#claims.get(key)?.until;
  }

  /** True when this very ban is wanted, with this disposition and these ports. */
  has(ban: Ban): boolean {
    return this.#wantedBy(ban) !== undefined;
  }

  /** A jail's ban of an address replaces its earlier one of the same address. */
  add(ban: Ban): readonly LedgerChange[] {
    const same = this.#wantedBy(ban);
    if (same !== undefined) {
      same.until = Math.max(same.until, ban.until);
      return [];
    }
    const claim = claimOf(ban);
    const wanted = this.#claims.get(claim.key) ?? { claim, bans: 0, until: ban.until };
    // The new claim is made before the old one goes, so that nothing shared between them is let go in between.
    const made = wanted.bans === 0 ? [{ claim, isWanted: true }] : [];
    const released = this.remove(ban);
    wanted.bans += 1;
    wanted.until = Math.max(wanted.until, ban.until);
    this.#claims.set(claim.key, wanted);
    const ofJail = this.#byBan.get(ban.jail) ?? new Map<string, Wanted>();
    this.#byBan.set(ban.jail, ofJail.set(ban.address.text, wanted));
    return [...made, ...released];
  }

  remove(ban: Ban): readonly LedgerChange[] {
    return this.#release(ban.jail, ban.address.text);
  }

  /** Only these bans are wanted from now on. */
  replace(bans: readonly Ban[]): readonly LedgerChange[] {
    for (const wanted of this.#claims.values()) wanted.until = 0;
    const kept = new Map<string, Set<string>>();
    for (const { jail, address } of bans) kept.set(jail, (kept.get(jail) ?? new Set<string>()).add(address.text));
    const gone = [...this.#byBan].flatMap(([jail, ofJail]) =>
      [...ofJail.keys()].filter((text) => kept.get(jail)?.has(text) !== true).map((text) => ({ jail, text })),
    );
    return [...bans.flatMap((ban) => this.add(ban)), ...gone.flatMap(({ jail, text }) => this.#release(jail, text))];
  }

  #wantedBy(ban: Ban): Wanted | undefined {
    const wanted = this.#byBan.get(ban.jail)?.get(ban.address.text);
    if (wanted === undefined || wanted.claim.purpose.kind !== ban.disposition) return undefined;
    return ban.disposition !== 'ports' || wanted.claim.key === claimOf(ban).key ? wanted : undefined;
  }

  #release(jail: string, addressText: string): readonly LedgerChange[] {
    const ofJail = this.#byBan.get(jail);
    const wanted = ofJail?.get(addressText);
    if (ofJail === undefined || wanted === undefined) return [];
    ofJail.delete(addressText);
    if (ofJail.size === 0) this.#byBan.delete(jail);
    wanted.bans -= 1;
    if (wanted.bans > 0) return [];
    this.#claims.delete(wanted.claim.key);
    return [{ claim: wanted.claim, isWanted: false }];
  }
}
