/** Gives equal attributes of bans one small number: thousands of bans share a few. Invariant: a number keeps its attributes. */
import type { Ban } from '../ban.js';

/** What a ban does, to which ports, and why it exists. */
export type BanAttributes = Pick<Ban, 'disposition' | 'ports' | 'origin'>;

export class BanAttributesTable {
  readonly #entries: BanAttributes[] = [];
  readonly #numbers = new Map<string, number>();
  /** The ban before mostly has the same. */
  #latest = 0;

  numberOf(attributes: BanAttributes): number {
    const latest = this.#entries[this.#latest];
    if (latest === undefined || !isSame(latest, attributes)) this.#latest = this.#find(attributes);
    return this.#latest;
  }

  /** Throws RangeError for a number that was never given. */
  at(number: number): BanAttributes {
    const attributes = this.#entries[number];
    if (attributes === undefined) throw new RangeError(`no attributes have the number ${number}`);
    return attributes;
  }

  #find({ disposition, ports, origin }: BanAttributes): number {
    const key = JSON.stringify([disposition, origin, ...ports]);
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    this.#numbers.set(key, this.#entries.length);
    return this.#entries.push({ disposition, ports, origin }) - 1;
  }
}

function isSame(one: BanAttributes, other: BanAttributes): boolean {
  if (one.disposition !== other.disposition || one.origin !== other.origin) return false;
  return one.ports.length === other.ports.length && one.ports.every((port, at) => port === other.ports[at]);
}
