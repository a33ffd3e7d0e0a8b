/**
 * The budget in real time. A whole batch of items has one time limit, which costs next to nothing. Only when the batch is
 * broken off is the item at fault looked for.
 */
import type { Budget } from '../filter/budget.js';
import { hasLinearFallback } from './linear-fallback.js';
import { threadCpuTime } from './thread-cpu-time.js';
import { createTimeLimit } from './time-limit.js';

/** Processor time that this thread has used, in milliseconds. */
export type CpuTime = () => number;

/** An item broken off without having had the processor for this part of its time is tried again with more. */
const fairShare = 0.5;

/** How far the time is stretched on a machine that gives us little of its processor. */
const longestStretch = 64;

/** `milliseconds` is what one item may take. Twice that can pass before an item is given up. */
export function createTimeBudget(milliseconds: number, cpuTime: CpuTime = threadCpuTime): Budget {
  const finishes = createTimeLimit();
  let trustsLinear: boolean | undefined;

  /** One more try by itself: it may have been broken off for what came before it. */
  function alone<Item, Result, Exceeded>(
    item: Item,
    work: (item: Item) => Result,
    exceeded: (item: Item) => Exceeded,
  ): Result | Exceeded {
    for (let stretch = 1; stretch <= longestStretch; stretch *= 2) {
      const before = cpuTime();
      const done: Result[] = [];
      if (finishes(() => done.push(work(item)), milliseconds * stretch)) {
        for (const result of done) return result;
      }
      if (cpuTime() - before >= milliseconds * fairShare) break;
    }
    return exceeded(item);
  }

  return {
    get trustsLinear() {
      trustsLinear ??= hasLinearFallback(finishes);
      return trustsLinear;
    },
    each<Item, Result, Exceeded>(
      items: readonly Item[],
      work: (item: Item) => Result,
      exceeded: (item: Item) => Exceeded,
    ): readonly (Result | Exceeded)[] {
      const results: (Result | Exceeded)[] = [];
      const rest = () => {
        for (const item of items.slice(results.length)) results.push(work(item));
      };
      while (!finishes(rest, milliseconds)) {
        for (const item of items.slice(results.length, results.length + 1)) results.push(alone(item, work, exceeded));
      }
      return results;
    },
  };
}
