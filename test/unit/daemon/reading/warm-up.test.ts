import assert from 'node:assert/strict';
import { test } from 'node:test';
import { warmUp } from '../../../../src/daemon/reading/warm-up.js';
import { FakeJournal } from '../../../fakes/journal.js';

const SECOND = 1_000_000;
const START = 1_700_000_000 * SECOND;
const never = new AbortController().signal;

test('what is fed are the entries of ten minutes up to the saved one; then reading stands right behind it', async () => {
  const journal = new FakeJournal();
  const entries = journal.append(
    ...[0, 100, 700, 800, 900].map((second) => ({ receivedAt: START + second * SECOND, line: String(second) })),
  );
  const [, , , saved] = entries;
  assert.ok(saved);
  const fed: string[] = [];
  const outcome = await warmUp(journal, saved, (some) => void fed.push(...some.map(({ line }) => line)), never);
  assert.equal(outcome, 'exact');
  assert.deepEqual(fed, ['700', '800']);
  assert.deepEqual(
    journal.read(10).map(({ line }) => line),
    ['900'],
  );
});

test('other work has its turn while very many entries are fed', async () => {
  const journal = new FakeJournal();
  const entries = journal.append(
    ...Array.from({ length: 4_500 }, (_, n) => ({ receivedAt: START + n, line: String(n) })),
  );
  const saved = entries.at(-1);
  assert.ok(saved);
  let [turns, isOver] = [0, false];
  const tick = () => {
    turns += 1;
    if (!isOver) setImmediate(tick);
  };
  setImmediate(tick);
  let fed = 0;
  const feed = (some: readonly unknown[]) => {
    fed += some.length;
  };
  await warmUp(journal, saved, feed, never);
  isOver = true;
  assert.equal(fed, 4_500);
  assert.ok(turns >= 4, `${turns} turns`);
});
