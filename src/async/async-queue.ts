/**
 * Values that come when they like, for who takes one after the other.
 * Invariant: no more than `limit` of them wait, and who takes them is told in their place how many were dropped.
 */

export interface AsyncQueue<T> extends AsyncIterableIterator<T> {
  /** Dropped when it has ended, or when too many wait. */
  push(value: T): void;
  /** What waits can still be taken. */
  end(): void;
}

export interface AsyncQueueOptions<T> {
  readonly limit: number;
  /** What stands for so many that were dropped. */
  readonly dropped: (count: number) => T;
  /** Called once, when it ends or nobody takes any more. */
  readonly onEnd: () => void;
}

export function createAsyncQueue<T>({ limit, dropped, onEnd }: AsyncQueueOptions<T>): AsyncQueue<T> {
  let waiting: T[] = [];
  let takers: ((result: IteratorResult<T, undefined>) => void)[] = [];
  let missed = 0;
  let isEnded = false;
  const end = (): void => {
    if (isEnded) return;
    isEnded = true;
    for (const take of takers) take({ value: undefined, done: true });
    takers = [];
    onEnd();
  };
  const next = (): T | undefined => {
    const [value] = waiting.splice(0, 1);
    if (value !== undefined || missed === 0) return value;
    const count = missed;
    missed = 0;
    return dropped(count);
  };
  return {
    push(value) {
      const take = takers.shift();
      if (isEnded) return;
      if (take !== undefined) take({ value, done: false });
      // Those that come after one was dropped are dropped too, until its place is reached.
      else if (missed > 0 || waiting.length >= limit) missed += 1;
      else waiting.push(value);
    },
    end,
    next: () => {
      const value = next();
      if (value !== undefined) return Promise.resolve({ value, done: false });
      if (isEnded) return Promise.resolve({ value: undefined, done: true });
      return new Promise((resolve) => takers.push(resolve));
    },
    return: () => {
      waiting = [];
      missed = 0;
      end();
      return Promise.resolve({ value: undefined, done: true });
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
