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

export function claimOf(ban: Ban): Claim {
  const { address, disposition } = ban;
  const purpose: Purpose =
    disposition === 'ports' ? { kind: disposition, ports: [...new Set(ban.ports)].sort() } : { kind: disposition };
  return { key: `${purposeText(purpose)} ${address.text}`, purpose, address };
}

function banKey(ban: Ban): string {
  return `${ban.jail} ${ban.address.text}`;
}

export class Ledger {
  readonly #claims = new Map<string, { readonly claim: Claim; readonly bans: Set<string> }>();
  readonly #byBan = new Map<string, Claim>();

  claims(): readonly Claim[] {
    return [...this.#claims.values()].map(({ claim }) => claim);
  }

  wants(claim: Claim): boolean {
    return this.#claims.has(claim.key);
  }

  /** True when this very ban is wanted, with this disposition and these ports. */
  has(ban: Ban): boolean {
    return this.#byBan.get(banKey(ban))?.key === claimOf(ban).key;
  }

  /** A jail's ban of an address replaces its earlier one of the same address. */
  add(ban: Ban): readonly LedgerChange[] {
    if (this.has(ban)) return [];
    const claim = claimOf(ban);
    const entry = this.#claims.get(claim.key) ?? { claim, bans: new Set<string>() };
    const isFirst = entry.bans.size === 0;
    // The new claim is made before the old one goes, so that nothing shared between them is let go in between.
    const released = this.#release(banKey(ban));
    this.#claims.set(claim.key, entry);
    entry.bans.add(banKey(ban));
    this.#byBan.set(banKey(ban), claim);
    return isFirst ? [{ claim, isWanted: true }, ...released] : released;
  }

  remove(ban: Ban): readonly LedgerChange[] {
    return this.#release(banKey(ban));
  }

  /** Only these bans are wanted from now on. */
  replace(bans: readonly Ban[]): readonly LedgerChange[] {
    const wanted = new Set(bans.map(banKey));
    const gone = [...this.#byBan.keys()].filter((key) => !wanted.has(key));
    return [...bans.flatMap((ban) => this.add(ban)), ...gone.flatMap((key) => this.#release(key))];
  }

  #release(key: string): readonly LedgerChange[] {
    const claim = this.#byBan.get(key);
    if (claim === undefined) return [];
    this.#byBan.delete(key);
    const entry = this.#claims.get(claim.key);
    entry?.bans.delete(key);
    if (entry === undefined || entry.bans.size > 0) return [];
    this.#claims.delete(claim.key);
    return [{ claim, isWanted: false }];
  }
}
