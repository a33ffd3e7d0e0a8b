/**
 * Lets at most `most` pieces of work go on at a time; the others wait for their turn in the order in which they came.
 * When too many wait, work is turned away: attackers bring it.
 */
export type ConcurrencyLimit = <T>(work: () => Promise<T>) => Promise<T>;

const MAX_WAITING = 10_000;

/** Rejects what is turned away. */
export function createConcurrencyLimit(most: number): ConcurrencyLimit {
  const waiting: (() => void)[] = [];
  let underway = 0;
  return async (work) => {
    if (waiting.length >= MAX_WAITING) throw new RangeError('too much is waiting');
    if (underway >= most) await new Promise<void>((resolve) => waiting.push(resolve));
    else underway += 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) underway -= 1;
      else next();
    }
  };
}
