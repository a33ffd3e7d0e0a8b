/**
 * Remembers answers that are slow to get (host names, commands, login sessions), so that deciding asks memory only.
 * A question is asked once at a time and again after its answer has grown old; without an answer in time,
 * the one given before or the fallback holds.
 */
import type { Clock } from '../ports/clock.js';
import { createConcurrencyLimit } from './concurrency-limit.js';
import { withTimeout } from './time/with-timeout.js';

export interface AsyncCache<A> {
  /** The last answer, however old; the fallback when there is none yet. */
  known(question: string): A;
  /**
   * Resolves when there is a fresh answer or the time to wait is over; undefined when there is one already. `retry`: after
   * how long (µs) it is asked again while there never was one, by default as long as an answer is fresh.
   */
  ask(question: string, retry?: number): Promise<void> | undefined;
}

export interface AsyncCacheOptions<A> {
  readonly clock: Clock;
  /** Rejects when there is no answer. */
  readonly get: (question: string) => Promise<A>;
  readonly fallback: A;
  /** How long an answer is fresh, µs. */
  readonly lifetime: number;
  /** How long to wait for one, µs. */
  readonly timeout: number;
  /** The most questions under way at once. */
  readonly parallel: number;
}

/** More questions than this are not remembered: attackers choose the names and addresses. */
const MAX_ANSWERS = 10_000;

export function createAsyncCache<A>({
  clock,
  get,
  fallback,
  lifetime,
  timeout,
  parallel,
}: AsyncCacheOptions<A>): AsyncCache<A> {
  const answers = new Map<string, { readonly answer: A; readonly at: number; readonly isGiven: boolean }>();
  /** Questions under way; `late`: nobody waits for the answer any more. */
  const asked = new Map<string, Promise<void> | 'late'>();
  const limited = createConcurrencyLimit(parallel);

  const remember = (question: string, answer: A, isGiven = true) => {
    answers.delete(question);
    answers.set(question, { answer, at: clock.now(), isGiven });
    const oldest = answers.keys().next();
    if (answers.size > MAX_ANSWERS && !oldest.done) answers.delete(oldest.value);
  };
  const keep = (question: string) => {
    const { answer = fallback, isGiven = false } = answers.get(question) ?? {};
    remember(question, answer, isGiven);
  };
  const fetch = async (question: string) => {
    let [isStarted, isLate] = [false, false];
    const answer = limited(() => {
      if (isLate) throw new RangeError('nobody waits for it any more');
      isStarted = true;
      return get(question);
    }).then(
      (given) => remember(question, given),
      () => isStarted && keep(question),
    );
    isLate = !(await withTimeout(clock, timeout, answer));
    if (!isLate || !isStarted) {
      // What had no turn is asked again.
      asked.delete(question);
      return;
    }
    // What takes longer counts as no answer until there is one.
    keep(question);
    asked.set(question, 'late');
    void answer.then(() => asked.delete(question));
  };

  return {
    known: (question) => answers.get(question)?.answer ?? fallback,
    ask(question, retry = lifetime) {
      const known = answers.get(question);
      const holds = known?.isGiven === false ? retry : lifetime;
      if (known !== undefined && Math.abs(clock.now() - known.at) < holds) return undefined;
      const underway = asked.get(question) ?? fetch(question);
      if (underway === 'late') return undefined;
      asked.set(question, underway);
      return underway;
    },
  };
}
