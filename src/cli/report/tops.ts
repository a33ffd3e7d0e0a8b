/** Counts by name, for names that attackers choose: bounded, however many there are. */

/** A name and how often it was counted. */
export interface Count {
  readonly name: string;
  readonly count: number;
}

/** No more names are told apart. */
const MAX_NAMES = 50_000;

export class Tops {
  readonly #counts = new Map<string, number>();

  /** What came after there were too many names is not counted. */
  add(name: string, count = 1): void {
    const known = this.#counts.get(name);
    if (known === undefined && this.#counts.size >= MAX_NAMES) return;
    this.#counts.set(name, (known ?? 0) + count);
  }

  get size(): number {
    return this.#counts.size;
  }

  /** The most frequent ones; equally frequent ones by their names. */
  first(limit: number): readonly Count[] {
    return [...this.#counts]
      .map(([name, count]) => ({ name, count }))
      .sort((one, other) => other.count - one.count || (one.name < other.name ? -1 : 1))
      .slice(0, limit);
  }
}
