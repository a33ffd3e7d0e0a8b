/** Work under way, by whom it is for. Invariant: nobody has more than the limit of it, and what has ended is forgotten. */
export class Quota<Holder> {
  readonly #limit: number;
  readonly #underWay = new Map<Holder, number>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Does the work; undefined, and nothing is done, when the holder has as much under way as it may. */
  async within<T>(holder: Holder, work: () => Promise<T>): Promise<T | undefined> {
    const before = this.#underWay.get(holder) ?? 0;
    if (before >= this.#limit) return undefined;
    this.#underWay.set(holder, before + 1);
    try {
      return await work();
    } finally {
      this.#end(holder);
    }
  }

  #end(holder: Holder): void {
    const left = (this.#underWay.get(holder) ?? 1) - 1;
    if (left > 0) this.#underWay.set(holder, left);
    else this.#underWay.delete(holder);
  }
}
