/** The queue of an action: order, grouping, pauses, what is given up; with a real outbox and a clock that stands still. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { done, failed, type Outcome, refused } from '../../../src/actions/outcome.js';
import { ActionQueue } from '../../../src/actions/queue.js';
import { type EventRecord, exampleRecord } from '../../../src/actions/record.js';
import { MICROS_PER_SECOND } from '../../../src/core/time.js';
import { type Outbox, openOutbox } from '../../../src/outbox/outbox.js';
import { NOON } from '../../fakes/values.js';
import { VirtualClock } from '../../support/virtual-clock.js';

const SECOND = MICROS_PER_SECOND;

interface Config {
  readonly every?: number;
  readonly batch?: number;
  readonly isPaced?: boolean;
  readonly timeout?: number;
}

/** A receiver that answers as it is told, and a queue that delivers to it. */
class Scene {
  readonly clock = new VirtualClock(NOON);
  readonly outbox: Outbox;
  readonly queue: ActionQueue;
  /** The groups that were delivered, or tried. */
  readonly groups: (readonly string[])[] = [];
  readonly told: (string | undefined)[] = [];
  answer: (ids: readonly string[]) => Outcome = () => done;
  beginning: () => Outcome = () => done;
  /** How often what waits was read. */
  readings = 0;
  #position = 0;

  constructor(outbox: Outbox, { isPaced = false, ...config }: Config) {
    this.outbox = outbox;
    this.queue = new ActionQueue({
      config: { name: 'it', every: 0, batch: 100, timeout: 30 * SECOND, ...config },
      isPaced,
      outbox: {
        ...outbox,
        next: (...which) => {
          this.readings += 1;
          return outbox.next(...which);
        },
      },
      clock: this.clock,
      lastSuccess: undefined,
      deliverer: {
        begin: async () => this.beginning(),
        deliver: async (events) => {
          const ids = events.map(({ id }) => id);
          this.groups.push(ids);
          return this.answer(ids);
        },
        stop: async () => {},
      },
      told: (reason) => this.told.push(reason),
      broken: (cause) => assert.fail(String(cause)),
    });
  }

  async add(...ids: readonly string[]): Promise<void> {
    this.#position += 1;
    const at = this.clock.now();
    const body = (id: string): EventRecord => ({ ...exampleRecord('it', 'mail', at, 'ban'), id });
    await this.outbox.add(
      ids.map((id) => ({ queue: 'it', id, at, body: JSON.stringify(body(id)) })),
      { cursor: `s=${this.#position}`, receivedAt: this.#position },
      () => 1_000,
    );
    this.queue.wake();
    await this.settle();
  }

  /** Lets SQLite and the queue come to rest. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 8; turn += 1) {
      await this.outbox.position();
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  async pass(seconds: number): Promise<void> {
    for (let passed = 0; passed < seconds; passed += 0.5) {
      await this.clock.advance(SECOND / 2);
      await this.settle();
    }
  }

  async waiting(): Promise<number> {
    return (await this.outbox.states())[0]?.waiting ?? 0;
  }

  /** Until nothing waits, while no time passes. */
  async deliverAll(): Promise<void> {
    for (let turn = 0; turn < 1_000 && (await this.waiting()) > 0; turn += 1) await this.settle();
    assert.equal(await this.waiting(), 0);
  }
}

async function scene(t: TestContext, config: Config = {}): Promise<Scene> {
  const directory = mkdtempSync(join(tmpdir(), 'f2b-queue-'));
  const outbox = await openOutbox(directory, (error) => assert.fail(error.message));
  const made = new Scene(outbox, config);
  t.after(async () => {
    const ended = made.queue.end();
    await made.clock.advance(10 * SECOND);
    await ended;
    await outbox.close();
    rmSync(directory, { recursive: true });
  });
  return made;
}

test('what waits goes out in order, in groups of at most Batch=', async (t) => {
  const it = await scene(t, { batch: 3 });
  await it.add('1', '2', '3', '4', '5', '6', '7');
  assert.deepEqual(it.groups, [['1', '2', '3'], ['4', '5', '6'], ['7']]);
  assert.equal(await it.waiting(), 0);
});

test('after a failure the pauses grow to five minutes, nothing is passed over, and it is told of once', async (t) => {
  const it = await scene(t, { batch: 1 });
  it.answer = () => failed('away');
  await it.add('1', '2');
  const tries: number[] = [];
  for (let second = 0; second < 1_300; second += 1) {
    const before = it.groups.length;
    await it.clock.advance(SECOND);
    await it.settle();
    if (it.groups.length > before) tries.push(second + 1);
  }
  const pauses = tries.map((at, index) => at - (tries[index - 1] ?? 0));
  assert.deepEqual(pauses, [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
  assert.deepEqual(it.told, ['away']);
  it.answer = () => done;
  await it.pass(301);
  assert.deepEqual(it.groups.slice(-2), [['1'], ['2']]);
  assert.deepEqual(it.told, ['away', undefined]);
});

test('who is asked to wait waits so long', async (t) => {
  const it = await scene(t);
  it.answer = () => failed('too many requests', 40 * SECOND);
  await it.add('1');
  it.answer = () => done;
  await it.pass(39);
  assert.equal(it.groups.length, 1);
  await it.pass(2);
  assert.equal(it.groups.length, 2);
});

test('what is refused is tried alone and given up after five times, and the others go out', async (t) => {
  const it = await scene(t);
  it.answer = (ids) => (ids.includes('bad') ? refused('not like this') : done);
  await it.add('1', 'bad', '2', '3');
  await it.pass(40);
  assert.deepEqual(
    it.groups.filter((group) => !group.includes('bad')),
    [['1'], ['2'], ['3']],
  );
  assert.equal(it.groups.filter((group) => group.length === 1 && group[0] === 'bad').length, 5);
  const [state] = await it.outbox.states();
  assert.deepEqual([state?.waiting, state?.delivered, state?.givenUp], [0, 3, 1]);
  assert.deepEqual(it.told, ['not like this', 'given up after 5 attempts: not like this', undefined]);
});

test('with Every= one that is refused makes the others wait no longer', async (t) => {
  const it = await scene(t, { every: 3_600 * SECOND });
  it.answer = (ids) => (ids.includes('bad') ? refused('not like this') : done);
  await it.add('1', 'bad', '2', '3');
  await it.pass(60);
  assert.equal(await it.waiting(), 0);
  await it.add('4', '5');
  await it.pass(60);
  assert.equal(await it.waiting(), 2, 'then Every= counts again');
});

test('with Every= what comes is collected, and told no more often', async (t) => {
  const it = await scene(t, { every: 60 * SECOND });
  await it.add('1');
  await it.pass(2);
  await it.add('2', '3');
  assert.equal(it.groups.length, 0);
  await it.pass(3);
  assert.deepEqual(it.groups, [['1', '2', '3']]);
  await it.add('4');
  await it.pass(30);
  await it.add('5');
  await it.pass(29);
  assert.equal(it.groups.length, 1);
  await it.pass(2);
  assert.deepEqual(it.groups[1], ['4', '5']);
});

test('a clock that is set back makes nothing wait for longer', async (t) => {
  const it = await scene(t, { every: 60 * SECOND });
  await it.add('1');
  await it.pass(6);
  assert.equal(it.groups.length, 1);
  it.clock.set(-86_400 * SECOND);
  await it.add('2');
  await it.pass(61);
  assert.equal(it.groups.length, 2);
});

test('a clock that is set back holds up neither what is paced nor what failed', async (t) => {
  const it = await scene(t, { isPaced: true });
  await it.add('1');
  it.clock.set(-86_400 * SECOND);
  await it.add('2');
  await it.pass(1);
  assert.deepEqual(it.groups, [['1'], ['2']]);
  it.answer = () => failed('away');
  await it.add('3');
  await it.pass(1);
  it.clock.set(-86_400 * SECOND);
  it.answer = () => done;
  await it.pass(10);
  assert.deepEqual(it.groups.at(-1), ['3']);
  assert.equal(await it.waiting(), 0);
});

test('a Timeout= of parts of a millisecond is one', async (t) => {
  const it = await scene(t, { timeout: 1_000_500 });
  await it.add('1');
  assert.deepEqual(it.groups, [['1']]);
});

test('a receiver that throws counts as one that fails', async (t) => {
  const it = await scene(t);
  it.answer = () => {
    throw new Error('a bug');
  };
  await it.add('1');
  assert.deepEqual(it.told, ['Error: a bug']);
  assert.equal(await it.waiting(), 1);
});

test('nothing is delivered before the beginning, which is tried again as deliveries are', async (t) => {
  const it = await scene(t);
  it.beginning = () => failed('not yet');
  await it.add('a');
  await it.pass(4);
  assert.deepEqual([it.groups, it.told], [[], ['not yet']]);
  assert.equal((await it.outbox.states())[0]?.lastError, 'not yet');
  it.beginning = () => done;
  await it.pass(8);
  assert.deepEqual([it.groups, it.told], [[['a']], ['not yet', undefined]]);
});

test('a beginning that throws is one that fails', async (t) => {
  const it = await scene(t);
  it.beginning = () => {
    throw new RangeError('a bug');
  };
  await it.add('a');
  assert.deepEqual([it.groups, it.told], [[], ['RangeError: a bug']]);
  it.beginning = () => done;
  await it.pass(2);
  assert.deepEqual([it.groups, it.told], [[['a']], ['RangeError: a bug', undefined]]);
});

test('a beginning that is refused is told and keeps nothing back', async (t) => {
  const it = await scene(t);
  it.beginning = () => refused('in part');
  await it.add('a');
  assert.deepEqual([it.groups, it.told], [[['a']], ['in part', undefined]]);
});

test('what is refused for good is given up at once', async (t) => {
  const it = await scene(t);
  it.answer = () => ({ kind: 'refused', reason: 'gone', isFinal: true });
  await it.add('a');
  assert.equal((await it.outbox.states())[0]?.givenUp, 1);
  assert.deepEqual(it.told, ['given up after 1 attempt: gone']);
});

test('what is added while something else is waited for is read when that is over, and not each time', async (t) => {
  const it = await scene(t, { every: 10 * SECOND });
  await it.add('1');
  const before = it.readings;
  for (const id of ['2', '3', '4']) await it.add(id);
  assert.equal(it.readings, before);
  await it.pass(5);
  assert.deepEqual(it.groups, [['1', '2', '3', '4']]);
});

/** Names of events. */
const named = (from: number, count: number) => Array.from({ length: count }, (_, n) => `${from + n}`);

/** So many events every half second, for so many halves; none of them is told. Returns their names. */
async function storm(it: Scene, halves: number, count: number): Promise<readonly string[]> {
  const groups = Array.from({ length: halves }, (_, half) => named(100 * half, count));
  for (const group of groups) {
    await it.add(...group);
    await it.pass(0.5);
  }
  assert.deepEqual(it.groups, []);
  return groups.flat();
}

test('programs wait while more comes than they keep up with, and are all run in order when it is over', async (t) => {
  const it = await scene(t, { batch: 1 });
  const names = await storm(it, 3, 50);
  await it.pass(0.5);
  await it.deliverAll();
  assert.deepEqual(it.groups.flat(), names);
  await it.add('one');
  assert.deepEqual(it.groups.at(-1), ['one']);
});

test('programs wait for the end of a storm no longer than fifteen seconds, and then for nothing until all are run', async (t) => {
  const it = await scene(t, { batch: 1 });
  await storm(it, 29, 20);
  await it.add(...named(9_000, 20));
  await it.pass(0.5);
  await it.deliverAll();
  assert.equal(it.groups.length, 30 * 20);
});

test('ten events at once are no storm', async (t) => {
  const it = await scene(t, { batch: 1 });
  await it.add(...named(0, 10));
  await it.deliverAll();
  assert.equal(it.groups.length, 10);
});

test('a clock that is set back in a storm makes no program wait for longer', async (t) => {
  const it = await scene(t, { batch: 1 });
  await it.add(...named(0, 20));
  it.clock.set(-86_400 * SECOND);
  await it.pass(2);
  await it.deliverAll();
  assert.equal(it.groups.length, 20);
});

test('what is told in groups waits for no end of a storm', async (t) => {
  const it = await scene(t, { isPaced: true });
  await it.add(...named(0, 20));
  assert.deepEqual(it.groups, [named(0, 20)]);
});
