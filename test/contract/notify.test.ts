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

/** A journald that takes every entry. */
const into = (entries: (readonly Field[])[]) => (fields: readonly Field[]) => entries.push(fields) > 0;

const later = () => assert.fail('nothing waits');

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
    const notifier = journalEvents({ send: into(entries), stderr: assert.fail, later });
    return { notifier, arrived: () => entries.map(kindOf) };
  },
  () => journalEvents({ send: broken, stderr: () => undefined, later }),
);

test('an entry has message, id, level and identifier, and bounded fields', () => {
  const entries: (readonly Field[])[] = [];
  const { failure } = oneOfEachKind.failure;
  const user = 'x'.repeat(100_000);
  journalEvents({ send: into(entries), stderr: assert.fail, later }).notify({
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
  journalEvents({ send: undefined, stderr, later }).notify(oneOfEachKind.ban);
  journalEvents({ send: broken, stderr, later }).notify(oneOfEachKind.stopped);
  assert.deepEqual(printed, [
    '<5>ssh.service: banned 203.0.113.7 for 10min after 5 failures\n',
    '<6>stopped; bans stay in the firewall\n',
  ]);
});

test('a journald that reads nothing is waited for once; then events wait until it reads, and those beyond are counted', () => {
  const entries: (readonly Field[])[] = [];
  const [patience, retries]: [number[], (() => void)[]] = [[], []];
  let reads = false;
  const notifier = journalEvents({
    send: (fields, wait) => {
      patience.push(wait);
      return reads && into(entries)(fields);
    },
    stderr: assert.fail,
    later: (run) => void retries.push(run),
  });
  notifier.notify(oneOfEachKind.ban);
  for (let n = 0; n < 1_004; n++) notifier.notify(oneOfEachKind.failure);
  notifier.notify(oneOfEachKind.unban);
  assert.ok((patience[0] ?? 0) > 0);
  assert.deepEqual(new Set(patience.slice(1)), new Set([0]), 'waits for nothing any more');
  assert.equal(retries.length, 1);
  retries.shift()?.();
  assert.deepEqual([entries.length, retries.length], [0, 1], 'tries again, and again later');
  reads = true;
  retries.shift()?.();
  assert.equal(new Map(entries[0]).get('MESSAGE'), '6 events are missing here: journald read nothing for too long');
  assert.deepEqual(entries.slice(1).map(kindOf), [...Array.from({ length: 999 }, () => 'failure'), 'unban']);
  notifier.notify(oneOfEachKind.ban);
  assert.deepEqual([entries.length, retries.length], [1_002, 0]);
});

test('stderr is known to be the journal only when JOURNAL_STREAM names it', () => {
  assert.equal(isJournalStream({}), false);
  assert.equal(isJournalStream({ JOURNAL_STREAM: '1:2' }), false);
  assert.equal(isJournalStream({ JOURNAL_STREAM: '1:2' }, -1), false);
});
