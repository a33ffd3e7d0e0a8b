/**
 * Work that is done in the order it was handed over, though some of it must wait for an answer first.
 * At most `limit` pieces wait; whoever hands over more waits with them.
 */
export interface OrderedQueue {
  /**
   * Does `work` after all earlier work and after `answered`, at once when there is nothing to wait for.
   * Resolves when more may be handed over; rejects when earlier work failed.
   */
  add(answered: Promise<unknown> | undefined, work: () => Promise<void>): Promise<void>;
  /** Resolves when all that was handed over is done. */
  settled(): Promise<void>;
}

export function createOrderedQueue(limit: number): OrderedQueue {
  let last: Promise<void> = Promise.resolve();
  let waiting = 0;
  return {
    add(answered, work) {
      if (waiting === 0 && answered === undefined) return work();
      waiting += 1;
      last = last
        .then(() => answered)
        .then(work)
        .finally(() => {
          waiting -= 1;
        });
      // A failure is met by whoever hands over or waits next.
      last.catch(() => {});
      return waiting < limit ? Promise.resolve() : last;
    },
    settled: () => last,
  };
}
