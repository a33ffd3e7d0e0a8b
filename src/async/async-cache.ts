/**
 * Remembers answers that are slow to get (host names, commands, login sessions), so that deciding asks memory only.
 * A question is asked once at a time and again after its answer has grown old; without an answer in time,
 * the one given before or the fallback holds.
 */
import type { Clock } from '../ports/clock.js';
import { createConcurrencyLimit } from './concurrency-limit.js';

export interface AsyncCache<A> {
  /** The last answer, however old; the fallback when there is none yet. */
  known(question: string): A;
  /** Resolves when there is a fresh answer or the time to wait is over; undefined when there is one already. */
  ask(question: string): Promise<void> | undefined;
}

export interface AsyncCacheOptions<A> {
  readonly clock: Clock;
  /** Rejects when there is no answer. */
  readonly get: (question: string) => Promise<A>;
  readonly fallback: A;
  /** How long an answer is fresh, µs. */
  readonly lifetime: number;
  /** How long to wait for one, µs. */
  readonly patience: number;
  /** So many questions are asked at a time. */
  readonly parallel: number;
}

/** More questions than this are not remembered: attackers choose the names and addresses. */
const MAX_ANSWERS = 10_000;

export function createAsyncCache<A>({
  clock,
  get,
  fallback,
  lifetime,
  patience,
  parallel,
}: AsyncCacheOptions<A>): AsyncCache<A> {
  const answers = new Map<string, { readonly answer: A; readonly at: number }>();
  const asked = new Map<string, Promise<void>>();
  const limited = createConcurrencyLimit(parallel);

  const remember = (question: string, answer: A) => {
    answers.delete(question);
    answers.set(question, { answer, at: clock.now() });
    const oldest = answers.keys().next();
    if (answers.size > MAX_ANSWERS && !oldest.done) answers.delete(oldest.value);
  };
  const fetch = async (question: string) => {
    const late = timeOut(clock, patience);
    let isStarted = false;
    const answer = limited(() => {
      if (late.isOver) throw new RangeError('nobody waits for it any more');
      isStarted = true;
      return get(question);
    }).then(
      (given) => remember(question, given),
      () => isStarted && remember(question, answers.get(question)?.answer ?? fallback),
    );
    await Promise.race([answer, late.over]);
    // What takes longer counts as no answer until there is one; what had no turn is asked again.
    if (isStarted && late.isOver) remember(question, answers.get(question)?.answer ?? fallback);
    late.cancel();
    asked.delete(question);
  };

  return {
    known: (question) => answers.get(question)?.answer ?? fallback,
    ask(question) {
      const known = answers.get(question);
      if (known !== undefined && Math.abs(clock.now() - known.at) < lifetime) return undefined;
      const underway = asked.get(question) ?? fetch(question);
      asked.set(question, underway);
      return underway;
    },
  };
}

function timeOut(clock: Clock, patience: number) {
  let cancel = () => {};
  let isOver = false;
  const over = new Promise<void>((resolve) => {
    cancel = clock.at(clock.now() + patience, () => {
      isOver = true;
      resolve();
    });
  });
  return {
    over,
    cancel: () => cancel(),
    get isOver() {
      return isOver;
    },
  };
}
