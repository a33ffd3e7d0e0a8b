/**
 * What comes one by one, in portions. Invariant: all of it, in its order, each in one portion; and none is kept back for
 * another one that does not come.
 */

export interface PortionOptions<Value> {
  /** No portion is larger. */
  readonly most: number;
  /** Nothing is expected to follow. */
  readonly isLast: (value: Value) => boolean;
  /** So long what is expected to follow is waited for, ms. */
  readonly timeout: number;
}

/** Yields portions until `values` end. What they throw it throws. */
export async function* portionsOf<Value>(
  values: AsyncIterable<Value>,
  { most, isLast, timeout }: PortionOptions<Value>,
): AsyncGenerator<readonly Value[]> {
  const iterator = values[Symbol.asyncIterator]();
  const ask = () => {
    const answer = iterator.next();
    // Thrown where it is waited for.
    answer.catch(() => {});
    return answer;
  };
  for (let next = ask(); ; ) {
    const first = await next;
    if (first.done === true) return;
    let last = first.value;
    const portion = [last];
    next = ask();
    const silence = createSilence(timeout);
    while (portion.length < most && !isLast(last)) {
      const following = await Promise.race([next, silence.begins]);
      if (following === undefined || following.done === true) break;
      silence.isBroken();
      last = following.value;
      portion.push(last);
      next = ask();
    }
    silence.end();
    yield portion;
  }
}

/** `begins` resolves once nothing has come for `timeout` ms. */
function createSilence(timeout: number) {
  let begin: () => void = () => {};
  const begins = new Promise<undefined>((resolve) => {
    begin = () => resolve(undefined);
  });
  const timer = setTimeout(begin, timeout);
  return { begins, isBroken: () => void timer.refresh(), end: () => clearTimeout(timer) };
}
