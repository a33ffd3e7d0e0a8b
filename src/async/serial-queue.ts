/**
 * Does pieces of work one after another, in the order in which they came; a failed one does not keep the next from its
 * turn.
 */
export function createSerialQueue(): (work: () => Promise<void>) => Promise<void> {
  let last: Promise<void> = Promise.resolve();
  return (work) => {
    const done = last.then(work);
    last = done.catch(() => {});
    return done;
  };
}
