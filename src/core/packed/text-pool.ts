/**
 * Texts that many values share, each kept once while somebody uses it.
 * Invariant: a number stands for its text from `take` until it was released as often as it was taken.
 */

interface Pooled {
  readonly text: string;
  readonly number: number;
  uses: number;
}

export class TextPool {
  readonly #byText = new Map<string, Pooled>();
  readonly #byNumber: (Pooled | undefined)[] = [];
  readonly #free: number[] = [];

  /** The text's number. */
  take(text: string): number {
    const pooled = this.#byText.get(text) ?? this.#enter(copyOf(text));
    pooled.uses += 1;
    return pooled.number;
  }

  /** Throws RangeError when nobody uses the number. */
  textOf(number: number): string {
    return this.#at(number).text;
  }

  /** Throws RangeError when nobody uses the number. */
  release(number: number): void {
    const pooled = this.#at(number);
    pooled.uses -= 1;
    if (pooled.uses > 0) return;
    this.#byText.delete(pooled.text);
    this.#byNumber[number] = undefined;
    this.#free.push(number);
  }

  #at(number: number): Pooled {
    const pooled = this.#byNumber[number];
    if (pooled === undefined) throw new RangeError(`no text has the number ${number}`);
    return pooled;
  }

  #enter(text: string): Pooled {
    const pooled = { text, number: this.#free.pop() ?? this.#byNumber.length, uses: 0 };
    this.#byText.set(text, pooled);
    this.#byNumber[pooled.number] = pooled;
    return pooled;
  }
}

/** V8 makes a slice of 13 characters and more a view that keeps the whole line; this is none. */
function copyOf(text: string): string {
  return text.length < 13 ? text : text.split('').join('');
}
