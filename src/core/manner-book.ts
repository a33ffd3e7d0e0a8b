/** Gives each manner of banning a small number: thousands of bans share a few. Invariant: a number keeps its manner. */
import type { Ban } from './ban.js';

/** What a ban does, to which ports, and why it exists. */
export type Manner = Pick<Ban, 'disposition' | 'ports' | 'origin'>;

export class MannerBook {
  readonly #manners: Manner[] = [];
  readonly #numbers = new Map<string, number>();

  numberOf({ disposition, ports, origin }: Manner): number {
    const key = JSON.stringify([disposition, origin, ...ports]);
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    this.#numbers.set(key, this.#manners.length);
    return this.#manners.push({ disposition, ports, origin }) - 1;
  }

  /** Throws RangeError for a number that was never given. */
  at(number: number): Manner {
    const manner = this.#manners[number];
    if (manner === undefined) throw new RangeError(`no manner has the number ${number}`);
    return manner;
  }
}
