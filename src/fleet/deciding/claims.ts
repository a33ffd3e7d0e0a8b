/** All claims, by address. Invariant: at most one for a host, a jail and an address. */
import type { Address } from '../../core/address/address.js';
import { covers, isSingle } from '../../core/address/address.js';
import type { Claim } from './claim.js';

export class Claims {
  readonly #byAddress = new Map<string, Claim[]>();
  readonly #ofHosts = new Map<string, number>();
  /** Prefixes that are claimed: few, as most claims are of single addresses. */
  readonly #prefixes = new Map<string, Address>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  sizeOf(host: string): number {
    return this.#ofHosts.get(host) ?? 0;
  }

  of(address: Address): readonly Claim[] {
    return this.#byAddress.get(address.text) ?? [];
  }

  get({ host, jail, address }: Pick<Claim, 'host' | 'jail' | 'address'>): Claim | undefined {
    return this.of(address).find((claim) => claim.host === host && claim.jail === jail);
  }

  *[Symbol.iterator](): Iterator<Claim> {
    for (const claims of this.#byAddress.values()) yield* claims;
  }

  /** Every address that is claimed, once. */
  *addresses(): Iterable<Address> {
    for (const [first] of this.#byAddress.values()) if (first !== undefined) yield first.address;
  }

  /** The claimed addresses and prefixes that cover a single address. */
  covering(address: Address): readonly Address[] {
    const around = [...this.#prefixes.values()].filter((prefix) => covers(prefix, address));
    return this.of(address).length > 0 ? [address, ...around] : around;
  }

  /** In the place of the one of the same host, jail and address. */
  put(claim: Claim): void {
    this.remove(claim);
    const { address, host } = claim;
    const claims = this.#byAddress.get(address.text);
    if (claims === undefined) this.#byAddress.set(address.text, [claim]);
    else claims.push(claim);
    if (!isSingle(address)) this.#prefixes.set(address.text, address);
    this.#ofHosts.set(host, this.sizeOf(host) + 1);
    this.#size += 1;
  }

  remove(claim: Pick<Claim, 'host' | 'jail' | 'address'>): void {
    const known = this.get(claim);
    if (known === undefined) return;
    const { text } = known.address;
    const rest = this.of(known.address).filter((other) => other !== known);
    if (rest.length > 0) this.#byAddress.set(text, rest);
    else {
      this.#byAddress.delete(text);
      this.#prefixes.delete(text);
    }
    const left = this.sizeOf(known.host) - 1;
    if (left > 0) this.#ofHosts.set(known.host, left);
    else this.#ofHosts.delete(known.host);
    this.#size -= 1;
  }
}
