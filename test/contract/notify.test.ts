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
const into = (entries: (readonly Field[])[]) => (sent: readonly (readonly Field[])[]) => {
  entries.push(...sent);
  return sent.length;
};

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

/** A notifier whose journald takes `room.left` entries at most; `retry` lets what waits be tried again. */
function limited(left: number) {
  const entries: (readonly Field[])[] = [];
  const [timeout, pauses, retries]: [number[], number[], (() => void)[]] = [[], [], []];
  const room = { left };
  const notifier = journalEvents({
    send(sent, wait) {
      timeout.push(wait);
      const count = into(entries)(sent.slice(0, room.left));
      room.left -= count;
      return count;
    },
    stderr: assert.fail,
    later(run, pause) {
      pauses.push(pause);
      retries.push(run);
    },
  });
  return { notifier, entries, timeout, pauses, retries, room, retry: () => retries.shift()?.() };
}

test('a journald that reads nothing is waited for once; then events wait until it reads, and those beyond are counted', () => {
  const { notifier, entries, timeout, pauses, retries, room, retry } = limited(0);
  notifier.notify(oneOfEachKind.ban);
  for (let n = 0; n < 20_004; n++) notifier.notify(oneOfEachKind.failure);
  notifier.notify(oneOfEachKind.unban);
  assert.ok((timeout[0] ?? 0) > 0);
  assert.deepEqual(new Set(timeout.slice(1)), new Set([0]), 'waits for nothing any more');
  assert.equal(retries.length, 1);
  for (let n = 0; n < 10; n++) retry();
  assert.deepEqual([entries.length, retries.length], [0, 1], 'tries again, and again later');
  assert.deepEqual(pauses, [10, 20, 40, 80, 160, 320, 640, 1_000, 1_000, 1_000, 1_000]);
  room.left = Number.POSITIVE_INFINITY;
  retry();
  assert.equal(
    new Map(entries[0]).get('MESSAGE'),
    '6 events before this are missing: journald read too little for too long',
  );
  assert.ok(entries.length < 2_000, 'other work gets its turn');
  while (retries.length > 0) retry();
  assert.deepEqual(entries.slice(1).map(kindOf), [...Array.from({ length: 19_999 }, () => 'failure'), 'unban']);
  notifier.notify(oneOfEachKind.ban);
  assert.deepEqual([entries.length, retries.length], [20_002, 0]);
  assert.ok((timeout.at(-1) ?? 0) > 0, 'it is waited for again');
});

test('a journald that takes one entry at a time gets events, and few notices of those that are dropped', () => {
  const { notifier, entries, retries, room, retry } = limited(0);
  const isNotice = (entry: readonly Field[]) => !new Map(entry).has('MESSAGE_ID');
  for (let n = 0; n < 25_000; n++) {
    room.left = n < 20_000 ? 0 : n % 2;
    notifier.notify(oneOfEachKind.failure);
  }
  assert.equal(entries.length, 2_500);
  assert.equal(entries.filter(isNotice).length, 3);
  room.left = Number.POSITIVE_INFINITY;
  while (retries.length > 0) retry();
  const notices = entries
    .filter(isNotice)
    .map((entry) => /^[\d,]+/.exec(new Map(entry).get('MESSAGE') ?? '')?.[0] ?? '');
  const told = notices.reduce((sum, count) => sum + Number(count.replace(',', '')), 0);
  assert.equal(entries.length - notices.length + told, 25_000, 'each is there or counted');
});

test('what a slow journald takes of many is not sent again, and the rest goes at its pace', () => {
  const { notifier, entries, timeout, pauses, retries, room, retry } = limited(10);
  const events = Array.from({ length: 20 }, () => Object.values(oneOfEachKind)).flat();
  notifier.notifyAll(events);
  assert.equal(entries.length, 10);
  while (retries.length > 0) {
    room.left = 30;
    retry();
  }
  assert.deepEqual(
    entries.map(kindOf),
    events.map(({ kind }) => kind),
  );
  assert.ok((timeout[0] ?? 0) > 0);
  assert.deepEqual(new Set(timeout.slice(1)), new Set([0]), 'it was waited for');
  assert.deepEqual(new Set(pauses), new Set([10]));
});

test('of many, those that a failing journald did not take go to stderr', () => {
  const [entries, printed, retries]: [(readonly Field[])[], string[], (() => void)[]] = [[], [], []];
  const notifier = journalEvents({
    send: (sent) => (entries.length === 0 ? into(entries)(sent.slice(0, 2)) : broken()),
    stderr: (text) => void printed.push(text),
    later: (run) => void retries.push(run),
  });
  const { ban, unban, started, stopped } = oneOfEachKind;
  notifier.notifyAll([ban, unban, started, stopped]);
  assert.deepEqual(entries.map(kindOf), ['ban', 'unban']);
  retries.shift()?.();
  assert.equal(printed.length, 2);
  assert.equal(printed.at(-1), '<6>stopped; bans stay in the firewall\n');
  assert.equal(retries.length, 0);
});

test('an event that cannot be described is told of as such, and keeps back no other', () => {
  const entries: (readonly Field[])[] = [];
  const { notify, notifyAll } = journalEvents({ send: into(entries), stderr: assert.fail, later });
  const { ban, unban, stopped } = oneOfEachKind;
  const broken = Object.defineProperty({ ...unban }, 'ban', { get: assert.fail });
  notifyAll([ban, broken, stopped]);
  notify(broken);
  assert.deepEqual(entries.map(kindOf), ['ban', 'unban', 'stopped', 'unban']);
  assert.match(new Map(entries[1]).get('MESSAGE') ?? '', /^unban: this event cannot be described/);
});

test('at its end the agent sends what waited for journald, and counts what that does not take', () => {
  const { notifier, entries, room } = limited(0);
  const { ban, stopped } = oneOfEachKind;
  for (let n = 0; n < 3_000; n++) notifier.notify(ban);
  notifier.notify(stopped);
  room.left = Number.POSITIVE_INFINITY;
  notifier.close();
  assert.deepEqual([entries.length, kindOf(entries.at(-1) ?? [])], [3_001, 'stopped']);
  const printed: string[] = [];
  const stalled = journalEvents({ send: () => 0, stderr: (text) => void printed.push(text), later: () => {} });
  stalled.notifyAll(Array.from({ length: 300 }, () => ban));
  stalled.close();
  assert.equal(printed.length, 101);
  assert.equal(printed.at(-1), '<4>200 more events could not be written to journald\n');
  const full = journalEvents({ send: () => 0, stderr: (text) => void printed.push(text), later: () => {} });
  full.notifyAll(Array.from({ length: 20_300 }, () => ban));
  full.close();
  assert.equal(printed.at(-1), '<4>20200 more events could not be written to journald\n');
});

test('stderr is known to be the journal only when JOURNAL_STREAM names it', () => {
  assert.equal(isJournalStream({}), false);
  assert.equal(isJournalStream({ JOURNAL_STREAM: '1:2' }), false);
  assert.equal(isJournalStream({ JOURNAL_STREAM: '1:2' }, -1), false);
});
