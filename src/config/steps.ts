/** Long work in steps: whoever runs it may do other things in between. */
export type Steps<T> = Generator<undefined, T>;

/** Does all steps at once. */
export function allSteps<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** Does something with each item; a step is `count` of them, a few milliseconds. */
export function* eachInSteps<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Result,
  count = 50,
): Steps<Result[]> {
  const results: Result[] = [];
  for (const item of items) {
    if (results.length % count === count - 1) yield;
    results.push(work(item));
  }
  return results;
}
