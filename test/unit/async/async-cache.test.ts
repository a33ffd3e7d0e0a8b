import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createAsyncCache } from '../../../src/async/async-cache.js';
import { createDeferred, type Deferred } from '../../../src/async/deferred.js';
import { VirtualClock } from '../../support/virtual-clock.js';

function setUp(parallel = 9) {
  const clock = new VirtualClock(0);
  const asked: string[] = [];
  const answers: Deferred<string>[] = [];
  const cache = createAsyncCache({
    ...{ clock, fallback: 'unknown', lifetime: 100, timeout: 10, parallel },
    get(question) {
      asked.push(question);
      const answer = createDeferred<string>();
      answers.push(answer);
      return answer.promise;
    },
  });
  return { clock, asked, answers, cache };
}

test('an answer holds for its lifetime, and beyond it until there is another', async () => {
  const { clock, asked, answers, cache } = setUp();
  const waiting = cache.ask('q');
  assert.equal(cache.ask('q'), waiting, 'asked once');
  answers[0]?.resolve('one');
  await waiting;
  assert.deepEqual([cache.known('q'), cache.ask('q'), asked], ['one', undefined, ['q']]);
  await clock.advance(100);
  const again = cache.ask('q');
  assert.equal(cache.known('q'), 'one');
  answers[1]?.reject(new Error('no answer'));
  await again;
  assert.deepEqual([cache.known('q'), asked.length], ['one', 2]);
});

test('who waits goes on when the time-out is over, and what comes later is known then', async () => {
  const { clock, asked, answers, cache } = setUp();
  let isOver = false;
  void cache.ask('q')?.then(() => {
    isOver = true;
  });
  await clock.advance(10);
  assert.deepEqual([isOver, cache.known('q')], [true, 'unknown']);
  await clock.advance(200);
  assert.equal(cache.ask('q'), undefined, 'it is under way still, and nobody waits for it again');
  answers[0]?.resolve('late');
  await clock.advance(0);
  assert.deepEqual([cache.known('q'), asked], ['late', ['q']]);
});

test('a question that had no turn in time is asked again', async () => {
  const { clock, asked, answers, cache } = setUp(1);
  void cache.ask('first');
  void cache.ask('second');
  await clock.advance(10);
  answers[0]?.resolve('one');
  await clock.advance(0);
  assert.deepEqual(asked, ['first'], 'nobody waits for the second any more');
  const again = cache.ask('second');
  answers[1]?.resolve('two');
  await again;
  assert.deepEqual([cache.known('second'), asked], ['two', ['first', 'second']]);
});

test('of very many answers the oldest are forgotten', async () => {
  const clock = new VirtualClock(0);
  const get = async (question: string) => question;
  const cache = createAsyncCache({ clock, get, fallback: '', lifetime: 100, timeout: 10, parallel: 9 });
  for (let n = 0; n <= 10_000; n += 1) await cache.ask(String(n));
  assert.deepEqual(
    ['0', '1', '10000'].map((question) => cache.known(question)),
    ['', '1', '10000'],
  );
});

test('where there never was an answer, who cannot wait so long asks again sooner; where there was one, not', async () => {
  const { clock, asked, answers, cache } = setUp();
  const first = cache.ask('q', 20);
  answers[0]?.reject(new Error('no name server'));
  await first;
  await clock.advance(19);
  assert.equal(cache.ask('q', 20), undefined);
  await clock.advance(1);
  assert.equal(cache.ask('q'), undefined, 'others wait');
  const second = cache.ask('q', 20);
  answers[1]?.resolve('one');
  await second;
  await clock.advance(100);
  const third = cache.ask('q', 20);
  answers[2]?.reject(new Error('no name server'));
  await third;
  await clock.advance(50);
  assert.deepEqual([cache.ask('q', 20), cache.known('q'), asked.length], [undefined, 'one', 3]);
});
