/**
 * Does pieces of work one after another, in the order in which they came. A failure is seen by whoever handed the piece
 * over, and does not keep the next from its turn.
 */
export type SerialQueue = <T>(work: () => Promise<T>) => Promise<T>;

export function createSerialQueue(): SerialQueue {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const done = last.then(work);
    last = done.catch(() => {});
    return done;
  };
}
