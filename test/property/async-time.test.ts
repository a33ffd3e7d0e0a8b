/** The pieces of the kit that go by the clock, against the plainest reading of what they promise. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createAsyncCache } from '../../src/async/async-cache.js';
import { createBackoff } from '../../src/async/time/backoff.js';
import { every } from '../../src/async/time/interval.js';
import { createTimer } from '../../src/async/time/timer.js';
import { withTimeout } from '../../src/async/time/with-timeout.js';
import { VirtualClock } from '../support/virtual-clock.js';
import '../support/seed.js';

const sleep = (clock: VirtualClock, micros: number) =>
  new Promise<void>((resolve) => clock.at(clock.now() + micros, resolve));

const FIRST = 4;
const LAST = 20;

/** What a back-off is to do, one act after another. */
class BackoffModel {
  readonly attempts: number[] = [];
  #pause = FIRST;
  #due: number | undefined;

  get armed(): readonly number[] {
    return this.#due === undefined ? [] : [this.#due];
  }

  later(now: number): void {
    this.#due = now + this.#pause;
    this.#pause = Math.min(this.#pause * 2, LAST);
  }

  reset(): void {
    this.#pause = FIRST;
  }

  cancel(): void {
    this.#due = undefined;
  }

  waited(now: number): void {
    if (this.#due === undefined || this.#due > now) return;
    this.attempts.push(this.#due);
    this.#due = undefined;
  }
}

test('back-off: one attempt at most is due, after pauses that double up to the last and are short again once all is well', async () => {
  const act = fc.constantFrom<'later' | 'reset' | 'cancel' | 'wait'>('later', 'later', 'wait', 'reset', 'cancel');
  await fc.assert(
    fc.asyncProperty(fc.array(act, { maxLength: 20 }), fc.integer({ min: 1, max: 8 }), async (acts, step) => {
      const clock = new VirtualClock(0);
      const attempts: number[] = [];
      const backoff = createBackoff(clock, { first: FIRST, last: LAST }, () => attempts.push(clock.now()));
      const model = new BackoffModel();
      for (const one of acts) {
        if (one === 'wait') {
          await clock.advance(step);
          model.waited(clock.now());
        } else {
          backoff[one]();
          model[one](clock.now());
        }
        assert.deepEqual([attempts, clock.armed], [model.attempts, model.armed]);
      }
    }),
  );
});

test('timer: it rings once for the instant it was last set for, unless it was cancelled', async () => {
  const act = fc.oneof(
    fc.record({ kind: fc.constant('set' as const), micros: fc.integer({ min: 0, max: 10 }) }),
    fc.record({ kind: fc.constant('wait' as const), micros: fc.integer({ min: 1, max: 8 }) }),
    fc.constant({ kind: 'cancel' as const, micros: 0 }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(act, { maxLength: 20 }), async (acts) => {
      const clock = new VirtualClock(0);
      const rung: number[] = [];
      const expected: number[] = [];
      const timer = createTimer(clock, () => rung.push(clock.now()));
      let due: number | undefined;
      for (const { kind, micros } of acts) {
        if (kind === 'set') {
          due = clock.now() + micros;
          timer.set(due);
        } else if (kind === 'cancel') {
          due = undefined;
          timer.cancel();
        } else {
          const now = clock.now();
          await clock.advance(micros);
          if (due !== undefined && due <= clock.now()) {
            expected.push(Math.max(due, now));
            due = undefined;
          }
        }
        assert.deepEqual([rung, timer.setFor], [expected, due]);
      }
    }),
  );
});

test('interval: the work is done at each multiple and never after it was stopped', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 9 }),
      fc.array(fc.nat(15), { maxLength: 8 }),
      async (interval, steps) => {
        const clock = new VirtualClock(0);
        const done: number[] = [];
        const stop = every(clock, interval, () => done.push(clock.now()));
        for (const step of steps) await clock.advance(step);
        const expected = Array.from(
          { length: Math.floor(clock.now() / interval) },
          (_, index) => (index + 1) * interval,
        );
        stop();
        await clock.advance(100);
        assert.deepEqual([done, clock.armed], [expected, []]);
      },
    ),
  );
});

test('time-out: what ends in time, however, is told from what does not, and no timer is left', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 9 }),
      fc.boolean(),
      async (a, b, fails) => {
        fc.pre(a !== b);
        const clock = new VirtualClock(0);
        const work = sleep(clock, a).then(() => (fails ? Promise.reject(new Error('no')) : undefined));
        const isInTime = withTimeout(clock, b, work);
        await clock.advance(Math.min(a, b));
        assert.equal(await isInTime, a < b);
        assert.deepEqual(clock.armed, a < b ? [] : [a]);
        await clock.advance(20);
      },
    ),
  );
});

const LIFETIME = 20;
const TIMEOUT = 5;

const ask = fc.record({
  question: fc.constantFrom('a', 'b', 'c'),
  takes: fc.integer({ min: 1, max: 40 }),
  fails: fc.constantFrom(false, false, true),
  wait: fc.nat(15),
});

test('cache: a question is asked once at a time, nobody waits for long, and what is known was answered last', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(ask, { maxLength: 20 }), fc.integer({ min: 1, max: 2 }), async (asks, parallel) => {
      const clock = new VirtualClock(0);
      const underway = new Set<string>();
      const wrong: string[] = [];
      const last = new Map<string, number>();
      let answers = 0;
      let next = { takes: 1, fails: false };
      const cache = createAsyncCache<number>({
        clock,
        async get(question) {
          // What is thrown here is no answer.
          if (underway.has(question) || underway.size >= parallel) wrong.push(question);
          underway.add(question);
          const { takes, fails } = next;
          await sleep(clock, takes);
          underway.delete(question);
          if (fails) throw new Error('no answer');
          answers += 1;
          last.set(question, answers);
          return answers;
        },
        fallback: 0,
        lifetime: LIFETIME,
        timeout: TIMEOUT,
        parallel,
      });
      let waiting = 0;
      for (const { question, wait, ...how } of asks) {
        next = how;
        const answer = cache.ask(question);
        const since = clock.now();
        if (answer !== undefined) {
          waiting += 1;
          void answer.then(() => {
            waiting -= 1;
            assert.ok(clock.now() - since <= TIMEOUT, 'nobody waits longer');
          });
        }
        await clock.advance(wait);
        for (const one of ['a', 'b', 'c']) assert.equal(cache.known(one), last.get(one) ?? 0);
      }
      await clock.advance(200);
      assert.equal(waiting, 0, 'nobody is left waiting');
      assert.deepEqual(wrong, [], 'asked while under way, or beside too many others');
      assert.equal(cache.ask('d') === undefined, false);
      await clock.advance(TIMEOUT);
    }),
  );
});
