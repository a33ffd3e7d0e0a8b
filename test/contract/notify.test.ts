import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AgentEvent } from '../../src/agent/agent-event.js';
import type { Field } from '../../src/notify/describe-event.js';
import { isJournalStream, journalEvents } from '../../src/notify/journal-events.js';
import { messageIds } from '../../src/notify/message-ids.js';
import { oneOfEachKind } from '../fakes/events.js';
import { FakeNotifier } from '../fakes/notifier.js';
import { notifyContract } from './notify.js';

const kinds = new Map(Object.values(oneOfEachKind).map(({ kind }) => [messageIds[kind], kind]));

function kindOf(entry: readonly Field[]): AgentEvent['kind'] {
  const kind = kinds.get(new Map(entry).get('MESSAGE_ID') ?? '');
  assert.ok(kind);
  return kind;
}

function broken(): never {
  throw new Error('journald is gone');
}

notifyContract(
  'Notifier: the fake',
  () => {
    const notifier = new FakeNotifier();
    return { notifier, arrived: () => notifier.events.map(({ kind }) => kind) };
  },
  () => new FakeNotifier(),
);

notifyContract(
  'Notifier: journal entries',
  () => {
    const entries: (readonly Field[])[] = [];
    const notifier = journalEvents({ send: (fields) => void entries.push(fields), stderr: assert.fail });
    return { notifier, arrived: () => entries.map(kindOf) };
  },
  () => journalEvents({ send: broken, stderr: () => undefined }),
);

test('an entry has message, id, level and identifier, and bounded fields', () => {
  const entries: (readonly Field[])[] = [];
  const { failure } = oneOfEachKind.failure;
  const user = 'x'.repeat(100_000);
  journalEvents({ send: (fields) => void entries.push(fields), stderr: assert.fail }).notify({
    ...oneOfEachKind.failure,
    failure: { ...failure, user },
  });
  const fields = new Map(entries[0]);
  assert.equal(fields.get('MESSAGE_ID'), messageIds.failure);
  assert.equal(fields.get('PRIORITY'), '6');
  assert.equal(fields.get('SYSLOG_IDENTIFIER'), 'f2bd');
  assert.equal(fields.get('F2B_EVENT'), 'failure');
  assert.equal(fields.get('F2B_USER')?.length, 4096);
});

test('away from journald, or when it cannot be reached, the sentence goes to stderr with its level', () => {
  const printed: string[] = [];
  const stderr = (text: string) => void printed.push(text);
  journalEvents({ send: undefined, stderr }).notify(oneOfEachKind.ban);
  journalEvents({ send: broken, stderr }).notify(oneOfEachKind.stopped);
  assert.deepEqual(printed, [
    '<5>ssh.service: banned 203.0.113.7 for 10min after 5 failures\n',
    '<6>stopped; bans stay in the firewall\n',
  ]);
});

test('stderr is known to be the journal only when JOURNAL_STREAM names it', () => {
  assert.equal(isJournalStream({}), false);
  assert.equal(isJournalStream({ JOURNAL_STREAM: '1:2' }), false);
  assert.equal(isJournalStream({ JOURNAL_STREAM: '1:2' }, -1), false);
});
