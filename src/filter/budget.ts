/** A limit on the time of matching. Filters know no clock, so work that may take long is handed to a budget. */

/** A limit on the time that one piece of work may take. */
export interface Budget {
  /** Work that runs only linear regexes on short texts stays within the limit by itself: see TranslatedRegex.linear. */
  readonly trustsLinear: boolean;
  /**
   * Does `work` on each item, in order. An item that takes longer than the limit gets what `exceeded` makes of it,
   * and the others are not held up by it.
   *
   * Work can be broken off at any place, without its `catch` and `finally` being run, and begun anew: it must change
   * nothing that outlives it. What it throws ends the whole.
   */
  each<Item, Result, Exceeded>(
    items: readonly Item[],
    work: (item: Item) => Result,
    exceeded: (item: Item) => Exceeded,
  ): readonly (Result | Exceeded)[];
}

/** No limit: for regexes and lines one trusts, and for places without a clock. */
export const noLimit: Budget = {
  trustsLinear: true,
  each(items, work) {
    return items.map((item) => work(item));
  },
};
