/** Signals are heard from whom they are wanted of, also when the bus tells its owner's name in the same piece. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createDeferred } from '../../../src/async/deferred.js';
import type { Answer } from '../../../src/dbus/message.js';
import { Subscriptions } from '../../../src/dbus/subscriptions.js';

const RULE = { sender: 'org.f2b.Agent1', path: '/org/f2b/Agent1', interface: 'org.f2b.Agent1', member: 'Banned' };
const { sender: _, ...signal } = RULE;

/** One listener, and who is told of what it hears. */
function listening() {
  const owner = createDeferred<Answer>();
  const subscriptions = new Subscriptions(async ({ member }) =>
    member === 'GetNameOwner' ? owner.promise : { ok: true, body: [] },
  );
  const heard: unknown[] = [];
  subscriptions.onSignal(RULE, (body) => heard.push(...body));
  const tell = (sender: string, text: string) =>
    subscriptions.dispatch(sender, { ...signal, signature: 's', body: () => [text] });
  const answer = () => owner.resolve({ ok: true, body: [':1.7'] });
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  return { heard, tell, answer, settled };
}

test('a signal that comes in one piece with the answer that names its sender is heard, in order', async () => {
  const { heard, tell, answer, settled } = listening();
  answer();
  tell(':1.7', 'first');
  tell(':1.7', 'second');
  await settled();
  tell(':1.7', 'third');
  assert.deepEqual(heard, ['first', 'second', 'third']);
});

test('a signal of somebody else is not, though it comes before the answer', async () => {
  const { heard, tell, answer, settled } = listening();
  tell(':1.8', 'forged');
  answer();
  tell(':1.8', 'forged');
  await settled();
  assert.deepEqual(heard, []);
});
