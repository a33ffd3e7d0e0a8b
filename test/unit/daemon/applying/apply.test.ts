import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AgentEvent } from '../../../../src/agent/agent-event.js';
import type { Effect } from '../../../../src/core/effect.js';
import { createApply } from '../../../../src/daemon/applying/apply.js';
import type { Position } from '../../../../src/ports/journal.js';
import { aBan, aFailure } from '../../../fakes/values.js';
import { VirtualClock } from '../../../support/virtual-clock.js';

const position = (n: number): Position => ({ cursor: `c${n}`, receivedAt: n });
const failure = (n: number): Effect => ({ kind: 'failure', failure: aFailure({ cursor: `c${n}` }), counted: 1 });
const ban: Effect = { kind: 'ban', ban: aBan() };
const turn = () => new Promise((resolve) => setImmediate(resolve));

interface Commit {
  readonly position: Position | undefined;
  readonly effects: readonly Effect[];
  readonly end: () => void;
  readonly fail: (cause: unknown) => void;
}

/** What is committed waits until the test ends its commit. */
function setUp() {
  const commits: Commit[] = [];
  const did: string[] = [];
  const clock = new VirtualClock();
  const apply = createApply(
    {
      clock,
      committer: {
        commit: (at, effects) => new Promise((end, fail) => void commits.push({ position: at, effects, end, fail })),
        check: async () => {},
        stop: async () => {},
      },
      enforcer: {
        enforce: async (effects) => void did.push(`enforce ${effects.length}`),
        verify: async () => ({ added: 0, removed: 0 }),
        reconcile: async () => undefined,
        settled: async () => {},
        end: () => {},
      },
      notifications: {
        notify: ({ kind }) => void did.push(`tell ${kind}`),
        notifyAll: (events) => void did.push(...events.map(({ kind }) => `tell ${kind}`)),
        later: () => {},
        room: async () => {},
        flush: () => {},
      },
      watch: { found: () => {} },
      counters: { found: () => {}, decided: () => {}, of: () => assert.fail() },
      eventsOf: ({ kind }): readonly AgentEvent[] => (kind === 'ban' ? [{ kind: 'ban', ban: aBan() }] : []),
    },
    undefined,
  );
  const batch = (n: number, effects: readonly Effect[], entries = 1) =>
    apply.batch({
      position: position(n),
      entries,
      seen: new Map(),
      effects,
      events: [],
      failures: [],
      slowLines: [],
      withoutUnit: [],
    });
  return { apply, batch, clock, commits, did };
}

test('while a batch is committed the next ones are decided on, and share the next commit', async () => {
  const { batch, commits, did } = setUp();
  await batch(1, [failure(1), ban]);
  await batch(2, [failure(2), ban]);
  await batch(3, [failure(3)]);
  await batch(4, [ban]);
  assert.deepEqual(
    commits.map((one) => one.position),
    [position(1), position(2), position(4)],
    'handed over in order, and no position without what led to it',
  );
  assert.deepEqual(did, [], 'nothing is enforced or told before it is stored');
  commits[0]?.end();
  await turn();
  assert.deepEqual(did, ['enforce 2', 'tell ban']);
});

test('while very many are stored as many are decided on, and who decides faster than that waits', async () => {
  const { batch, commits } = setUp();
  const many = Array.from({ length: 2_100 }, (_, n) => failure(n));
  await batch(1, many);
  let isRoom = false;
  const second = batch(2, many).then(() => {
    isRoom = true;
  });
  await turn();
  assert.deepEqual([commits.length, isRoom], [2, false]);
  commits[0]?.end();
  await second;
});

test('of entries that lead to nothing the position is stored after ten thousand, or when it is asked for', async () => {
  const { apply, batch, clock, commits } = setUp();
  await batch(1, [], 9_999);
  await clock.advance(60_000_000);
  assert.equal(commits.length, 0);
  await batch(2, [], 1);
  assert.deepEqual(commits.at(-1)?.position, position(2));
  await batch(3, [], 1);
  const saved = apply.savePosition();
  assert.deepEqual(commits.at(-1)?.position, position(3));
  for (const { end } of commits) end();
  await saved;
});

test('who waits until all that was decided is carried out does not wait for what is decided afterwards', async () => {
  const { apply, batch, commits, did } = setUp();
  await batch(1, [failure(1), ban]);
  await batch(2, [failure(2)]);
  const saved = apply.savePosition();
  await batch(3, [failure(3), ban]);
  assert.equal(commits.length, 3);
  for (const { end } of commits.slice(0, 2)) end();
  await saved;
  assert.deepEqual(did, ['enforce 2', 'tell ban', 'enforce 1']);
});

test('after a commit failed no later position is committed, whether its decisions waited or come later', async () => {
  const { apply, batch, clock, commits } = setUp();
  await batch(1, [failure(1), ban]);
  await batch(2, [failure(2)]);
  commits[0]?.fail(new Error('no commit'));
  await assert.rejects(apply.abandoned, /no commit/);
  await assert.rejects(batch(3, [ban]), /no commit/);
  await clock.advance(60_000_000);
  await assert.rejects(apply.savePosition(), /no commit/);
  assert.deepEqual(
    commits.map((one) => one.position),
    [position(1)],
  );
});

test('after a decision that failed halfway nothing that waited is carried out', async () => {
  const { apply, batch, clock, commits } = setUp();
  await batch(1, [failure(1)]);
  assert.throws(() =>
    apply.decide(() => {
      throw new Error('halfway');
    }),
  );
  await clock.advance(60_000_000);
  assert.equal(commits.length, 0);
  await assert.rejects(apply.savePosition(), /halfway/);
  await assert.rejects(apply.abandoned, /halfway/);
});
