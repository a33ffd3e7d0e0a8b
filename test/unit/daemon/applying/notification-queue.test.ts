import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AgentEvent } from '../../../../src/agent/agent-event.js';
import { createNotificationQueue } from '../../../../src/daemon/applying/notification-queue.js';

const event = (jails: number): AgentEvent => ({ kind: 'reloaded', jails });

/** A queue whose turns come when the test says so. */
function open() {
  const told: AgentEvent[] = [];
  const turns: (() => void)[] = [];
  const reading = { isBusy: false };
  const failures: unknown[] = [];
  const notifications = createNotificationQueue({
    notifier: { notifyAll: (events) => void told.push(...events) },
    isBusy: () => reading.isBusy,
    failed: (cause) => void failures.push(cause),
    turn: (work) => void turns.push(work),
  });
  return { notifications, told, failures, turns, reading, turn: () => turns.shift()?.() };
}

test('what is told goes out behind other work, some at a time and in order', () => {
  const { notifications, told, turns, turn } = open();
  const events = Array.from({ length: 200 }, (_, index) => event(index));
  for (const one of events) notifications.notify(one);
  assert.deepEqual(told, []);
  turn();
  assert.ok(told.length > 0 && told.length < 200);
  while (turns.length > 0) turn();
  assert.deepEqual(told, events);
  notifications.notify(event(200));
  assert.equal(turns.length, 1);
});

test('what one telling leads to waits for its own turn', () => {
  const { notifications, told, turn } = open();
  notifications.later(() => notifications.notify(event(2)));
  notifications.notify(event(1));
  turn();
  turn();
  assert.deepEqual(told, [event(1), event(2)]);
});

test('while entries are read nothing is told, but not for ever', () => {
  const { notifications, told, reading, turn } = open();
  reading.isBusy = true;
  notifications.notify(event(1));
  turn();
  assert.deepEqual(told, []);
  reading.isBusy = false;
  turn();
  assert.deepEqual(told, [event(1)]);
  reading.isBusy = true;
  notifications.notify(event(2));
  for (let pause = 0; pause <= 100; pause += 1) turn();
  assert.deepEqual(told, [event(1), event(2)]);
});

test('flush tells all that waits, and nothing is told twice', () => {
  const { notifications, told, turns, turn } = open();
  for (let index = 0; index < 200; index += 1) notifications.notify(event(index));
  notifications.flush();
  assert.equal(told.length, 200);
  while (turns.length > 0) turn();
  assert.equal(told.length, 200);
});

test('there is room until very much waits, and again when some of it was told', async () => {
  const { notifications, turn } = open();
  await notifications.room();
  for (let index = 0; index < 20_000; index += 1) notifications.notify(event(index));
  let hasRoom = false;
  const room = notifications.room().then(() => {
    hasRoom = true;
  });
  await Promise.resolve();
  assert.equal(hasRoom, false);
  turn();
  await room;
  assert.ok(hasRoom);
});

test('a flood that never ends is told in order too', () => {
  const { notifications, told, turn } = open();
  let handed = 0;
  while (told.length < 50_000) {
    while (handed < told.length + 1_000) notifications.notify(event(handed++));
    turn();
  }
  assert.ok(told.every((one, index) => one.kind === 'reloaded' && one.jails === index));
});

test('what cannot be told keeps none of the others, and is heard of', () => {
  const { notifications, told, failures, turns, turn } = open();
  notifications.notify(event(1));
  notifications.later(() => {
    throw new Error('the bus refuses it');
  });
  notifications.notify(event(2));
  while (turns.length > 0) turn();
  assert.deepEqual(told, [event(1), event(2)]);
  assert.deepEqual(failures.map(String), ['Error: the bus refuses it']);
});
