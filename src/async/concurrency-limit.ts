/**
 * Lets at most `most` pieces of work go on at a time; the others wait for their turn in the order in which they came.
 * When too many wait, work is turned away: attackers bring it.
 */
import { createDeferred, type Deferred } from './deferred.js';

/** Rejects as the work does, and with a RangeError what is turned away. */
export type ConcurrencyLimit = <T>(work: () => Promise<T>) => Promise<T>;

const MAX_WAITING = 10_000;

export function createConcurrencyLimit(most: number): ConcurrencyLimit {
  const waiting: Deferred<void>[] = [];
  let underway = 0;
  return async (work) => {
    if (waiting.length >= MAX_WAITING) throw new RangeError('too much is waiting');
    if (underway < most) underway += 1;
    else {
      const turn = createDeferred();
      waiting.push(turn);
      await turn.promise;
    }
    try {
      return await work();
    } finally {
      // Who waits gets the place.
      const next = waiting.shift();
      if (next === undefined) underway -= 1;
      else next.resolve();
    }
  };
}
