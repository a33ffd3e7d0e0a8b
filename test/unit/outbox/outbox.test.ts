/** The outbox: what is in it stays until it is done, in order, bounded, whatever happens to the process. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { F2bError } from '../../../src/errors.js';
import { type NewDelivery, openOutbox } from '../../../src/outbox/outbox.js';
import { NOON } from '../../fakes/values.js';

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'f2b-outbox-'));
  t.after(() => rmSync(path, { recursive: true }));
  return path;
}

const fail = (error: F2bError) => assert.fail(error.message);
const position = (n: number) => ({ cursor: `s=${n}`, receivedAt: n });
const a = (id: string, queue = 'mail'): NewDelivery => ({ queue, id, at: NOON, body: `body of ${id}` });
const ids = (deliveries: readonly { readonly id: string }[]) => deliveries.map(({ id }) => id);
const unlimited = () => 1_000;

test('what was added is there after the file is opened again, in its order, until it is done', async (t) => {
  const directory = folder(t);
  const first = await openOutbox(directory, fail);
  assert.equal(await first.position(), undefined);
  await first.add([a('1'), a('2'), a('1', 'chat'), a('3')], position(7), unlimited);
  assert.deepEqual(ids(await first.next('mail', 2)), ['1', '2']);
  await first.done('mail', ['1'], NOON + 1);
  await first.close();
  const second = await openOutbox(directory, fail);
  assert.deepEqual(await second.position(), position(7));
  assert.deepEqual(await second.next('mail', 10), [
    { id: '2', at: NOON, body: 'body of 2', attempts: 0 },
    { id: '3', at: NOON, body: 'body of 3', attempts: 0 },
  ]);
  assert.deepEqual(ids(await second.next('chat', 10)), ['1']);
  await second.close();
});

test('what is added twice waits once', async (t) => {
  const outbox = await openOutbox(folder(t), fail);
  await outbox.add([a('1'), a('1')], position(1), unlimited);
  await outbox.add([a('1'), a('2')], position(2), unlimited);
  assert.deepEqual(ids(await outbox.next('mail', 10)), ['1', '2']);
  await outbox.close();
});

test('a full queue drops its oldest and counts them, and leaves the others alone', async (t) => {
  const outbox = await openOutbox(folder(t), fail);
  await outbox.add([a('1', 'chat')], position(1), () => 1);
  await outbox.add(
    Array.from({ length: 10 }, (_, n) => a(String(n))),
    position(2),
    (queue) => (queue === 'mail' ? 3 : 1),
  );
  assert.deepEqual(ids(await outbox.next('mail', 10)), ['7', '8', '9']);
  const states = await outbox.states();
  assert.deepEqual(
    states.map(({ queue, waiting, dropped }) => [queue, waiting, dropped]),
    [
      ['chat', 1, 0],
      ['mail', 3, 7],
    ],
  );
  await outbox.close();
});

test('failures are counted and kept with their reason until something succeeds', async (t) => {
  const outbox = await openOutbox(folder(t), fail);
  await outbox.add([a('1'), a('2')], position(1), unlimited);
  await outbox.failed('mail', ['1'], { at: NOON + 1, error: 'refused' });
  await outbox.failed('mail', ['1'], { at: NOON + 2, error: 'refused again' });
  assert.deepEqual(
    (await outbox.next('mail', 10)).map(({ attempts }) => attempts),
    [2, 0],
  );
  const [failing] = await outbox.states();
  assert.deepEqual([failing?.lastError, failing?.lastFailure, failing?.oldest], ['refused again', NOON + 2, NOON]);
  await outbox.giveUp('mail', ['1'], { at: NOON + 3, error: 'refused for good' });
  await outbox.done('mail', ['2'], NOON + 4);
  const [state] = await outbox.states();
  assert.deepEqual(state, {
    queue: 'mail',
    waiting: 0,
    oldest: undefined,
    delivered: 1,
    givenUp: 1,
    dropped: 0,
    lastSuccess: NOON + 4,
    lastFailure: NOON + 3,
    lastError: undefined,
  });
  await outbox.close();
});

test('queues that are no longer wanted are forgotten, and new ones shown empty', async (t) => {
  const outbox = await openOutbox(folder(t), fail);
  await outbox.add([a('1'), a('1', 'chat')], position(1), unlimited);
  await outbox.keepOnly(['chat', 'new']);
  assert.deepEqual(
    (await outbox.states()).map(({ queue, waiting }) => [queue, waiting]),
    [
      ['chat', 1],
      ['new', 0],
    ],
  );
  await outbox.close();
});

test('a second process is kept out, and names hold no SQL', async (t) => {
  const directory = folder(t);
  const outbox = await openOutbox(directory, fail);
  await assert.rejects(openOutbox(directory, fail), { code: 'STORE_BUSY' });
  const odd = "x'); DROP TABLE delivery; --";
  await outbox.add([a(odd, odd)], position(1), unlimited);
  assert.deepEqual(ids(await outbox.next(odd, 1)), [odd]);
  await outbox.close();
});

test('a damaged file is set aside and told of', async (t) => {
  const directory = folder(t);
  writeFileSync(join(directory, 'outbox.sqlite'), 'this is no database at all'.repeat(100));
  const told: string[] = [];
  const outbox = await openOutbox(directory, ({ code }) => told.push(code));
  await outbox.add([a('1')], position(1), unlimited);
  await outbox.close();
  assert.deepEqual(told, ['STORE_DAMAGED']);
  assert.ok(readdirSync(directory).includes('outbox.sqlite.damaged-1'));
});
