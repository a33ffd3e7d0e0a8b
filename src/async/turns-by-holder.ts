/**
 * Work of several holders: of each holder one piece at a time, in the order in which it came. Invariant: nobody has more
 * than `most` pieces waiting, holders do not wait for each other, and after each piece other work has its turn.
 */
import { createDeferred } from './deferred.js';
import { nextTurn } from './next-turn.js';

export class TurnsByHolder<Holder> {
  readonly #most: number;
  readonly #waiting = new Map<Holder, (() => Promise<void>)[]>();

  constructor(most: number) {
    this.#most = most;
  }

  /**
   * Does the work in the holder's turn, which lasts until `ended` resolves, if the work succeeds. Undefined, and nothing
   * is done, when too much of the holder waits.
   */
  async take<T>(holder: Holder, work: () => Promise<T>, ended: Promise<void>): Promise<T | undefined> {
    const waiting = this.#waiting.get(holder);
    if (waiting !== undefined && waiting.length >= this.#most) return undefined;
    const done = createDeferred<T>();
    const piece = () =>
      work().then((result) => {
        done.resolve(result);
        return ended;
      }, done.reject);
    if (waiting !== undefined) waiting.push(piece);
    else void this.#work(holder, piece);
    return done.promise;
  }

  async #work(holder: Holder, first: () => Promise<void>): Promise<void> {
    const waiting: (() => Promise<void>)[] = [];
    this.#waiting.set(holder, waiting);
    for (let piece: (typeof waiting)[number] | undefined = first; piece !== undefined; piece = waiting.shift()) {
      await piece();
      await nextTurn();
    }
    this.#waiting.delete(holder);
  }
}
