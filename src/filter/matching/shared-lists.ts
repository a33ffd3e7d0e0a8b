/**
 * Lists of one text, the same one for equal texts: of tens of thousands of open sessions most failed in one way, and with
 * one of a few names. Bounded: attackers choose the names.
 */

/** Lists that are kept. */
const MOST = 256;

export class SharedLists {
  readonly #lists = new Map<string, readonly [string]>();

  of(text: string): readonly [string] {
    const known = this.#lists.get(text);
    if (known !== undefined) return known;
    const own = copyOf(text);
    const list = [own] as const;
    if (this.#lists.size >= MOST) this.#lists.clear();
    this.#lists.set(own, list);
    return list;
  }
}

/** V8 cuts a text out of a line as a view that keeps the whole line; of this one it keeps one more character. */
export function copyOf(text: string): string {
  return ` ${text}`.slice(1);
}
