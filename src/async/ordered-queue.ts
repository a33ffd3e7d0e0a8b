/**
 * Work that is done in the order it was handed over, though some of it must wait for an answer first.
 * Invariants: at most `limit` pieces wait, and whoever hands over more waits with them; once a piece or its answer
 * failed, or the queue was closed, nothing after it is done.
 */
export interface OrderedQueue {
  /**
   * Does `work` after all earlier work and after `answered`.
   * Resolves when more may be handed over; rejects with the failure that ended the queue.
   */
  add(answered: Promise<unknown> | undefined, work: () => Promise<void>): Promise<void>;
  /** Resolves when all that was handed over is done; rejects with the failure that ended the queue. */
  settled(): Promise<void>;
  /** What is not begun yet is never done: nobody waits for its answers, or for it, any more. */
  close(): void;
}

export interface OrderedQueueOptions {
  readonly limit: number;
  /** Told of the failure that ends the queue: perhaps nobody hands over any more. */
  readonly onFailure: (cause: unknown) => void;
}

export function createOrderedQueue({ limit, onFailure }: OrderedQueueOptions): OrderedQueue {
  let last: Promise<void> = Promise.resolve();
  let undone = 0;
  let isEnded = false;
  let isClosed = false;
  let leave = () => {};

  const fail = (cause: unknown) => {
    if (isEnded) return;
    isEnded = true;
    onFailure(cause);
  };
  /** Settles as what is waited for does, or when the queue is closed. */
  const untilClosed = (answered: Promise<unknown> | undefined) => {
    if (answered === undefined || isClosed) return;
    return new Promise<void>((resolve, reject) => {
      leave = resolve;
      answered.then(() => resolve(), reject);
    });
  };
  return {
    add(answered, work) {
      if (isEnded || isClosed) return last;
      const isAlone = undone === 0 && answered === undefined;
      undone += 1;
      last = last.then(() => untilClosed(answered)).then(() => (isClosed ? undefined : work()));
      last.then(() => {
        undone -= 1;
      }, fail);
      return isAlone || undone >= limit ? last : Promise.resolve();
    },
    settled: () => last,
    close() {
      isClosed = true;
      leave();
    },
  };
}
