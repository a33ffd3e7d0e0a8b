/** The kit of queues, in whatever order things end: order is kept, nothing is lost or done twice, failures are seen. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createBatchQueue } from '../../src/async/batch-queue.js';
import { createClosers } from '../../src/async/closers.js';
import { createConcurrencyLimit } from '../../src/async/concurrency-limit.js';
import { createInFlight } from '../../src/async/in-flight.js';
import { createOrderedQueue } from '../../src/async/ordered-queue.js';
import { Quota } from '../../src/async/quota.js';
import { createSerialQueue } from '../../src/async/serial-queue.js';
import { untilAborted } from '../../src/async/until-aborted.js';
import { createWorkLoop } from '../../src/async/work-loop.js';
import '../support/seed.js';

/** For each piece whether it fails; now and then, so that queues grow and runs get long. */
const pieces = fc.array(
  fc.boolean().map((fails) => ({ fails })),
  { minLength: 1, maxLength: 12, size: 'max' },
);

/** Works on pieces whose ends come in the order that the scheduler chooses. */
class Workshop {
  readonly begun: number[] = [];
  readonly ended: number[] = [];
  most = 0;
  readonly #scheduler: fc.Scheduler;

  constructor(scheduler: fc.Scheduler) {
    this.#scheduler = scheduler;
  }

  async work(number: number, fails: boolean): Promise<number> {
    this.begun.push(number);
    this.most = Math.max(this.most, this.begun.length - this.ended.length);
    await this.#scheduler.schedule(Promise.resolve(), `work ${number}`);
    this.ended.push(number);
    if (fails) throw new Error(`failed ${number}`);
    return number;
  }
}

/** What became of promises, by their places. */
function results(promises: readonly Promise<unknown>[]): Promise<readonly string[]> {
  const result = (promise: Promise<unknown>) =>
    promise.then(
      (value) => `${value}`,
      (cause: unknown) => (cause instanceof Error ? cause.message : 'nothing'),
    );
  return Promise.all(promises.map(result));
}

const own = (all: readonly { readonly fails: boolean }[]) =>
  all.map(({ fails }, number) => (fails ? `failed ${number}` : `${number}`));
const numbers = (all: readonly unknown[]) => all.map((_, number) => number);

/** Hands pieces over at moments that the scheduler chooses, in their order. */
function handOver<T>(scheduler: fc.Scheduler, all: readonly T[], add: (piece: T, number: number) => void): void {
  scheduler.scheduleSequence(
    all.map((piece, number) => ({
      label: `hand over ${number}`,
      builder: async () => add(piece, number),
    })),
  );
}

test('a serial queue does one piece after another, each once, and tells whose failure it is', async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), pieces, async (scheduler, all) => {
      const shop = new Workshop(scheduler);
      const inTurn = createSerialQueue();
      const heard: Promise<unknown>[] = [];
      handOver(scheduler, all, ({ fails }, number) => heard.push(inTurn(() => shop.work(number, fails))));
      await scheduler.waitIdle();
      assert.deepEqual([shop.begun, shop.ended, shop.most], [numbers(all), numbers(all), 1]);
      assert.deepEqual(await results(heard), own(all));
    }),
  );
});

test('a concurrency limit keeps the order of the beginnings and the number at a time, and loses nothing', async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), pieces, fc.integer({ min: 1, max: 4 }), async (scheduler, all, most) => {
      const shop = new Workshop(scheduler);
      const limited = createConcurrencyLimit(most);
      const heard: Promise<unknown>[] = [];
      handOver(scheduler, all, ({ fails }, number) => heard.push(limited(() => shop.work(number, fails))));
      await scheduler.waitIdle();
      assert.deepEqual(shop.begun, numbers(all));
      assert.ok(shop.most <= most, `${shop.most} at a time`);
      assert.deepEqual(await results(heard), own(all));
    }),
  );
});

test('a quota turns away what is beyond it, of this holder alone, and forgets what has ended', async () => {
  const asks = fc.array(fc.record({ holder: fc.constantFrom('a', 'b'), fails: fc.boolean() }), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), asks, fc.integer({ min: 1, max: 3 }), async (scheduler, all, limit) => {
      const shop = new Workshop(scheduler);
      const quota = new Quota<string>(limit);
      const underway = new Map<string, number>();
      const count = (holder: string, by: number) => underway.set(holder, (underway.get(holder) ?? 0) + by);
      const heard: Promise<unknown>[] = [];
      handOver(scheduler, all, ({ holder, fails }, number) => {
        const isFull = (underway.get(holder) ?? 0) >= limit;
        const done = quota.within(holder, async () => {
          count(holder, 1);
          return shop.work(number, fails).finally(() => count(holder, -1));
        });
        assert.equal(shop.begun.includes(number), !isFull);
        heard.push(done);
      });
      await scheduler.waitIdle();
      const expected = own(all).map((result, number) => (shop.begun.includes(number) ? result : 'undefined'));
      assert.deepEqual(await results(heard), expected);
    }),
  );
});

test('who waits for all work under way hears once none is left, and each failure stays with its own', async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), pieces, async (scheduler, all) => {
      const shop = new Workshop(scheduler);
      const inFlight = createInFlight();
      const heard: Promise<unknown>[] = [];
      const left: number[] = [];
      handOver(scheduler, all, ({ fails }, number) => {
        heard.push(inFlight.track(shop.work(number, fails)));
        void inFlight.settled().then(() => left.push(shop.begun.length - shop.ended.length));
      });
      await scheduler.waitIdle();
      assert.deepEqual(await results(heard), own(all));
      await inFlight.settled();
      assert.deepEqual(
        left,
        all.map(() => 0),
      );
    }),
  );
});

test('closers end all that was begun, the latest first, one at a time, and tell the first failure', async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), pieces, async (scheduler, all) => {
      const shop = new Workshop(scheduler);
      const closers = createClosers();
      for (const [number, { fails }] of all.entries()) closers.add(() => shop.work(number, fails));
      const heard = [closers.closeAll(), closers.closeAll()];
      await scheduler.waitIdle();
      const backwards = numbers(all).toReversed();
      assert.deepEqual([shop.begun, shop.ended, shop.most], [backwards, backwards, 1]);
      const failed = backwards.find((number) => all[number]?.fails);
      const expected = failed === undefined ? 'undefined' : `failed ${failed}`;
      assert.deepEqual(await results(heard), [expected, expected]);
    }),
  );
});

test('who waits until a signal hears of the work or of the signal, of whichever comes first, and once', async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), fc.boolean(), fc.boolean(), async (scheduler, fails, isAborted) => {
      const shop = new Workshop(scheduler);
      const stop = new AbortController();
      let first: string | undefined;
      const work = shop.work(0, fails).finally(() => {
        first ??= fails ? 'failed 0' : '0';
      });
      const heard = untilAborted(stop.signal, work);
      const told = results([heard]);
      if (isAborted) {
        void scheduler.schedule(Promise.resolve(), 'abort').then(() => {
          first ??= 'stopped';
          stop.abort(new Error('stopped'));
        });
      }
      await scheduler.waitIdle();
      assert.deepEqual(await told, [first]);
      assert.deepEqual(shop.ended, [0]);
    }),
  );
});

test('a batch queue puts each item in one round, one round at a time, in order, and a failure fails all behind it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), pieces, async (scheduler, all) => {
      const rounds: (readonly number[])[] = [];
      const told: number[] = [];
      let underway = 0;
      /** Items that came while the round that failed was under way. */
      const doomed = new Map<number, string>();
      let added = 0;
      const queue = createBatchQueue<number>(async (items) => {
        underway += 1;
        assert.equal(underway, 1, 'one round at a time');
        rounds.push(items);
        await scheduler.schedule(Promise.resolve(), `round ${items.join()}`);
        underway -= 1;
        const failing = items.find((number) => all[number]?.fails);
        if (failing === undefined) return;
        for (let number = items[0] ?? 0; number < added; number += 1) doomed.set(number, `failed ${failing}`);
        throw new Error(`failed ${failing}`);
      });
      const heard: Promise<unknown>[] = [];
      handOver(scheduler, all, (_, number) => {
        added = number + 1;
        const done = queue.add(number).then(() => number);
        done.then(
          () => told.push(number),
          () => told.push(number),
        );
        heard.push(done);
      });
      await scheduler.waitIdle();
      await queue.idle();
      const expected = numbers(all).map((number) => doomed.get(number) ?? `${number}`);
      assert.deepEqual(await results(heard), expected);
      assert.deepEqual(told, numbers(all), 'who waits hears in order');
      const lost = new Set([...doomed.keys()].filter((number) => !rounds.flat().includes(number)));
      const done = numbers(all).filter((number) => !lost.has(number));
      assert.deepEqual(rounds.flat(), done);
    }),
  );
});

const answered = fc.record({
  answer: fc.constantFrom<'none' | 'given' | 'refused'>('none', 'none', 'given', 'given', 'given', 'refused'),
  fails: fc.constantFrom(false, false, false, false, true),
});
test('an ordered queue does what was handed over up to the first failure, in order, and nothing after it', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(answered, { minLength: 1, maxLength: 12, size: 'max' }),
      fc.integer({ min: 1, max: 4 }),
      async (scheduler, all, limit) => {
        const shop = new Workshop(scheduler);
        const failures: string[] = [];
        const queue = createOrderedQueue({ limit, onFailure: (cause) => failures.push(String(cause)) });
        const first = all.findIndex(({ answer, fails }) => fails || answer === 'refused');
        const bad = all[first];
        let isSeen = false;
        const adder = async () => {
          for (const [number, { answer, fails }] of all.entries()) {
            const promise = answer === 'none' ? undefined : scheduler.schedule(Promise.resolve(), `answer ${number}`);
            const refusing = promise?.then(() => {
              if (answer === 'refused') throw new Error(`failed ${number}`);
            });
            refusing?.catch(() => {});
            const work = async () => void (await shop.work(number, fails));
            await queue.add(refusing, work);
            const undone = number + 1 - shop.ended.length;
            assert.ok(undone === 0 || undone < limit, 'no more wait than may');
          }
          await queue.settled();
        };
        await scheduler.waitFor(
          adder().catch((cause: unknown) => {
            isSeen = true;
            assert.equal(String(cause), `Error: failed ${first}`);
          }),
        );
        await scheduler.waitIdle();
        const worked = bad === undefined ? all.length : first + (bad.answer === 'refused' ? 0 : 1);
        assert.deepEqual(shop.begun, numbers(all).slice(0, worked));
        assert.equal(shop.most <= 1, true);
        assert.deepEqual([isSeen, failures], bad === undefined ? [false, []] : [true, [`Error: failed ${first}`]]);
      },
    ),
  );
});

test('a work loop runs once at a time and, unless it failed, after every reason', async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), pieces, fc.nat(12), async (scheduler, all, endAfter) => {
      let [underway, runs, reasons] = [0, 0, 0];
      /** How many of the reasons a run that began later, or a failure, has answered. */
      let met = 0;
      let isOver = false;
      const failures: string[] = [];
      const loop = createWorkLoop(
        async () => {
          const [number, before] = [runs, reasons];
          runs += 1;
          underway += 1;
          assert.ok(underway === 1 && !isOver, 'one at a time, and none after the end');
          await scheduler.schedule(Promise.resolve(), `run ${number}`);
          underway -= 1;
          if (all[number]?.fails) throw new Error(`failed ${number}`);
          met = before;
        },
        (cause) => {
          failures.push(String(cause));
          met = reasons;
        },
      );
      let ended: Promise<void> | undefined;
      handOver(scheduler, all, (_, number) => {
        if (number === endAfter) {
          ended = loop.end().then(() => {
            isOver = true;
          });
        }
        if (ended !== undefined) return loop.wake();
        reasons += 1;
        loop.wake();
        assert.ok(loop.isRunning);
      });
      await scheduler.waitIdle();
      await ended;
      assert.deepEqual([underway, loop.isRunning, isOver], [0, false, ended !== undefined]);
      if (ended === undefined) assert.equal(met, reasons);
      assert.ok(runs <= reasons);
      const failed = numbers(all).filter((number) => number < runs && all[number]?.fails);
      assert.deepEqual(
        failures,
        failed.map((number) => `Error: failed ${number}`),
      );
    }),
  );
});
