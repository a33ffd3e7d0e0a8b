import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AgentEvent } from '../../../../src/agent/agent-event.js';
import type { Effect } from '../../../../src/core/effect.js';
import { createCommitter } from '../../../../src/daemon/applying/committer.js';
import { createProblems } from '../../../../src/daemon/problems/problems.js';
import { type ErrorCode, F2bError } from '../../../../src/errors.js';
import type { Position } from '../../../../src/ports/journal.js';
import type { Store } from '../../../../src/ports/store.js';
import { VirtualClock } from '../../../support/virtual-clock.js';

const effect = (before: number): Effect => ({ kind: 'expire-failures', jail: 'ssh', before });
const position = (n: number): Position => ({ cursor: `c${n}`, receivedAt: n });

/** A store on a disk that can fill up. */
class TightStore implements Store {
  full = false;
  code: ErrorCode = 'STORE_FULL';
  tries = 0;
  /** When set, a commit takes until it is called, and fails if the disk is full by then. */
  gate: Promise<void> | undefined;
  readonly written: { position: Position | undefined; effects: readonly Effect[] }[] = [];
  async load() {
    return { position: undefined, failures: [], offenders: [], bans: [], allowances: [] };
  }
  async commit(at: Position | undefined, effects: readonly Effect[]) {
    this.tries += 1;
    await this.gate;
    if (this.full) throw new F2bError(this.code);
    this.written.push({ position: at, effects });
  }
  async saveAllowances() {}
  async close() {}
}

function setUp() {
  const clock = new VirtualClock();
  const told: AgentEvent[] = [];
  const store = new TightStore();
  const problems = createProblems({ notify: (event) => told.push(event) });
  return { clock, told, store, problems, committer: createCommitter(store, clock, problems) };
}

test('decisions are kept in order while the disk is full, and written when there is room again', async () => {
  const { clock, told, store, committer } = setUp();
  store.full = true;
  await committer.commit(position(1), [effect(1)]);
  await committer.commit(position(2), [effect(2)]);
  await committer.commit(undefined, [effect(3)]);
  assert.deepEqual(store.written, []);
  store.full = false;
  await clock.advance(5_000_000);
  assert.deepEqual(store.written, [{ position: position(2), effects: [effect(1), effect(2), effect(3)] }]);
  assert.deepEqual(
    told.map((event) => event.kind),
    ['problem', 'resolved'],
  );
});

test('a store that goes on refusing is asked every five seconds, not for every decision', async () => {
  const { clock, store, committer } = setUp();
  store.full = true;
  for (let n = 0; n < 100; n += 1) await committer.commit(position(n), [effect(n)]);
  assert.equal(store.tries, 1);
  await clock.advance(11_000_000);
  assert.equal(store.tries, 3);
});

test('no problem stays open once the store takes decisions again, whatever it refused them for', async () => {
  const { clock, store, problems, committer } = setUp();
  store.full = true;
  await committer.commit(position(1), [effect(1)]);
  store.code = 'STORE_READ_ONLY';
  await clock.advance(5_000_000);
  store.full = false;
  await clock.advance(5_000_000);
  assert.equal(store.written.length, 1);
  assert.deepEqual(problems.open, []);
});

test('what becomes void while the store refuses is not kept', async () => {
  const { clock, store, committer } = setUp();
  store.full = true;
  const commits = 30;
  const each = 10_000;
  for (let n = 0; n < commits; n += 1) {
    await committer.commit(
      position(n),
      Array.from({ length: each }, (_, m) => effect(n * each + m)),
    );
  }
  store.full = false;
  await clock.advance(5_000_000);
  const [{ position: reached, effects } = assert.fail('nothing was written')] = store.written;
  assert.deepEqual([reached, effects.at(-1)], [position(commits - 1), effect(commits * each - 1)]);
  assert.ok(effects.length < (commits * each) / 2, `${effects.length} effects`);
});

/** Lets commits take as long as the test likes. */
function hold(store: TightStore): () => void {
  let open = () => {};
  store.gate = new Promise((resolve) => {
    open = resolve;
  });
  return () => {
    store.gate = undefined;
    open();
  };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test('what comes while the store is asked again is durable without another decision having to come', async () => {
  const { clock, store, committer } = setUp();
  store.full = true;
  await committer.commit(position(1), [effect(1)]);
  store.full = false;
  const release = hold(store);
  await clock.advance(5_000_000);
  const second = committer.commit(position(2), [effect(2)]);
  await turn();
  release();
  await second;
  assert.deepEqual(store.written, [
    { position: position(1), effects: [effect(1)] },
    { position: position(2), effects: [effect(2)] },
  ]);
});

test('who hands decisions over hears in the order of the decisions, whatever the store does', async () => {
  const { clock, store, committer } = setUp();
  const heard: number[] = [];
  const commit = (n: number) => void committer.commit(position(n), [effect(n)]).then(() => heard.push(n));
  store.full = true;
  commit(1);
  await turn();
  const first = hold(store);
  await clock.advance(5_000_000);
  commit(2);
  await turn();
  commit(3);
  await turn();
  assert.deepEqual(heard, [1], 'nothing while the second may still be stored');
  first();
  await turn();
  assert.deepEqual(heard, [1, 2, 3]);
  store.full = false;
  await clock.advance(5_000_000);
  assert.deepEqual(store.written, [{ position: position(3), effects: [effect(1), effect(2), effect(3)] }]);
});

test('a decision behind one that fails is not heard of before it', async () => {
  const { store, committer } = setUp();
  const heard: number[] = [];
  const commit = (n: number) => void committer.commit(position(n), [effect(n)]).then(() => heard.push(n));
  const release = hold(store);
  commit(1);
  await turn();
  commit(2);
  store.full = true;
  release();
  const again = hold(store);
  await turn();
  commit(3);
  await turn();
  assert.deepEqual(
    heard,
    [...heard].sort((a, b) => a - b),
  );
  again();
  await turn();
  assert.deepEqual(heard, [1, 2, 3]);
});

test('stopping offers once more what the store refused', async () => {
  const { store, committer } = setUp();
  store.full = true;
  await committer.commit(position(1), [effect(1)]);
  store.full = false;
  await committer.stop();
  assert.deepEqual(store.written, [{ position: position(1), effects: [effect(1)] }]);
});

test('a look goes to the store though there is nothing to write, but not before the timer while it refuses', async () => {
  const { clock, store, problems, committer } = setUp();
  await committer.check();
  assert.deepEqual(store.written, [{ position: undefined, effects: [] }]);
  store.full = true;
  await committer.check();
  await committer.check();
  assert.deepEqual([store.tries, problems.open.length], [2, 1]);
  store.full = false;
  await clock.advance(5_000_000);
  assert.deepEqual([store.tries, problems.open.length], [3, 0]);
});
