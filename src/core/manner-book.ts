/** Gives each manner of banning a small number: thousands of bans share a few. Invariant: a number keeps its manner. */
import type { Ban } from './ban.js';

/** What a ban does, to which ports, and why it exists. */
export type Manner = Pick<Ban, 'disposition' | 'ports' | 'origin'>;

export class MannerBook {
  readonly #manners: Manner[] = [];
  readonly #numbers = new Map<string, number>();
  /** The ban before mostly has the same. */
  #latest = 0;

  numberOf(manner: Manner): number {
    const latest = this.#manners[this.#latest];
    if (latest === undefined || !isSame(latest, manner)) this.#latest = this.#find(manner);
    return this.#latest;
  }

  /** Throws RangeError for a number that was never given. */
  at(number: number): Manner {
    const manner = this.#manners[number];
    if (manner === undefined) throw new RangeError(`no manner has the number ${number}`);
    return manner;
  }

  #find({ disposition, ports, origin }: Manner): number {
    const key = JSON.stringify([disposition, origin, ...ports]);
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    this.#numbers.set(key, this.#manners.length);
    return this.#manners.push({ disposition, ports, origin }) - 1;
  }
}

function isSame(one: Manner, other: Manner): boolean {
  if (one.disposition !== other.disposition || one.origin !== other.origin) return false;
  return one.ports.length === other.ports.length && one.ports.every((port, at) => port === other.ports[at]);
}
