import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createDeferred } from '../../../src/async/deferred.js';
import { nextTurn } from '../../../src/async/next-turn.js';
import { TurnsByHolder } from '../../../src/async/turns-by-holder.js';

test('a holder’s work begins when what came before has ended, and nobody waits for another one', async () => {
  const turns = new TurnsByHolder<string>(10);
  const begun: string[] = [];
  const work = (name: string) => async () => begun.push(name);
  const ended = createDeferred();
  const now = Promise.resolve();
  const all = [turns.take('a', work('a1'), ended.promise), turns.take('a', work('a2'), now)];
  assert.equal(await all[0], 1);
  all.push(turns.take('b', work('b1'), now));
  await all[2];
  await nextTurn();
  assert.deepEqual(begun, ['a1', 'b1']);
  ended.resolve();
  await Promise.all(all);
  assert.deepEqual(begun, ['a1', 'b1', 'a2']);
});

test('work that fails is seen by whoever brought it, and the next has its turn', async () => {
  const turns = new TurnsByHolder<string>(10);
  const failing = turns.take('a', () => Promise.reject(new Error('no')), new Promise(() => {}));
  const next = turns.take('a', async () => 'done', Promise.resolve());
  await assert.rejects(failing, /no/);
  assert.equal(await next, 'done');
});

test('when much of a holder waits, more is turned away, until some of it has ended', async () => {
  const turns = new TurnsByHolder<string>(2);
  const ended = createDeferred();
  const work = async () => 'done';
  const accepted = Array.from({ length: 3 }, () => turns.take('a', work, ended.promise));
  assert.equal(await turns.take('a', work, ended.promise), undefined);
  assert.equal(await turns.take('b', work, Promise.resolve()), 'done');
  ended.resolve();
  assert.deepEqual(await Promise.all(accepted), ['done', 'done', 'done']);
  await nextTurn();
  assert.equal(await turns.take('a', work, Promise.resolve()), 'done');
});
