/** Gives each manner of banning a small number: thousands of bans share a few. Invariant: a number keeps its manner. */
import type { Ban } from './ban.js';

/** What a ban does, to which ports, and why it exists. */
export type BanAttributes = Pick<Ban, 'disposition' | 'ports' | 'origin'>;

export class BanAttributesBook {
  readonly #manners: BanAttributes[] = [];
  readonly #numbers = new Map<string, number>();
  /** The ban before mostly has the same. */
  #latest = 0;

  numberOf(manner: BanAttributes): number {
    const latest = this.#manners[this.#latest];
    if (latest === undefined || !isSame(latest, manner)) this.#latest = this.#find(manner);
    return this.#latest;
  }

  /** Throws RangeError for a number that was never given. */
  at(number: number): BanAttributes {
    const manner = this.#manners[number];
    if (manner === undefined) throw new RangeError(`no manner has the number ${number}`);
    return manner;
  }

  #find({ disposition, ports, origin }: BanAttributes): number {
    const key = JSON.stringify([disposition, origin, ...ports]);
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    this.#numbers.set(key, this.#manners.length);
    return this.#manners.push({ disposition, ports, origin }) - 1;
  }
}

function isSame(one: BanAttributes, other: BanAttributes): boolean {
  if (one.disposition !== other.disposition || one.origin !== other.origin) return false;
  return one.ports.length === other.ports.length && one.ports.every((port, at) => port === other.ports[at]);
}
