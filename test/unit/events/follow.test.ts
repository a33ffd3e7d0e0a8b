/** Following the agent's events: each is handed over once with the position behind it, also over restarts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { F2bError } from '../../../src/errors.js';
import { followEvents, positionAt } from '../../../src/events/follow.js';
import type { Position } from '../../../src/ports/journal.js';
import { FakeJournal } from '../../fakes/journal.js';
import { aBan, anAddress, NOON } from '../../fakes/values.js';
import { OF_AGENT, readFields } from '../../support/told-entry.js';
import { VirtualClock } from '../../support/virtual-clock.js';

function ban(n: number) {
  const event = { kind: 'ban' as const, ban: aBan({ address: anAddress(`192.0.2.${n}`) }) };
  return { receivedAt: NOON + n, line: '', fields: readFields(event) };
}

/** A follower that stores what it was handed; `fails` says at which event storing fails. */
class Consumer {
  readonly journal: FakeJournal;
  readonly clock = new VirtualClock(NOON);
  readonly troubles: (string | undefined)[] = [];
  taken: string[] = [];
  position: Position = positionAt(NOON);
  fails = false;
  #end = new AbortController();

  constructor(journal: FakeJournal) {
    this.journal = journal;
  }

  start(): Promise<void> {
    this.#end = new AbortController();
    return followEvents({
      journal: this.journal,
      clock: this.clock,
      position: this.position,
      take: async (events, position) => {
        if (this.fails) throw new F2bError('STORE_FULL');
        this.taken.push(...events.map((event) => (event.kind === 'ban' ? event.ban.address.text : event.kind)));
        this.position = position;
      },
      troubled: (error) => this.troubles.push(error?.code),
      ended: this.#end.signal,
    });
  }

  async settle(): Promise<void> {
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  }

  end(): void {
    this.#end.abort();
  }
}

test('begins with what comes after the first start, and goes on after a restart where it was', async () => {
  const journal = new FakeJournal();
  journal.append({ ...ban(1), receivedAt: NOON - 1 });
  const consumer = new Consumer(journal);
  const first = consumer.start();
  await consumer.settle();
  journal.append(ban(2), { receivedAt: NOON + 3, line: 'x', fields: { ...OF_AGENT, MESSAGE: 'no event' } }, ban(4));
  await consumer.settle();
  consumer.end();
  await first;
  assert.equal(journal.watchers, 0);
  journal.append(ban(5));
  assert.deepEqual(consumer.taken, ['192.0.2.2', '192.0.2.4']);
  const second = consumer.start();
  await consumer.settle();
  consumer.end();
  await second;
  assert.deepEqual(consumer.taken, ['192.0.2.2', '192.0.2.4', '192.0.2.5']);
});

test('reads nothing more once storing failed, so that the next start hands all of it over', async () => {
  const journal = new FakeJournal();
  const consumer = new Consumer(journal);
  const first = consumer.start();
  consumer.fails = true;
  journal.append(ban(1));
  await assert.rejects(first, { code: 'STORE_FULL' });
  consumer.fails = false;
  journal.append(ban(2));
  const second = consumer.start();
  await consumer.settle();
  consumer.end();
  await second;
  assert.deepEqual(consumer.taken, ['192.0.2.1', '192.0.2.2']);
});

test('tells once of a journal that cannot be heard, and once that it can be again', async () => {
  const journal = new FakeJournal();
  const consumer = new Consumer(journal);
  const following = consumer.start();
  journal.trouble = new F2bError('JOURNAL_MISSING');
  await consumer.clock.advance(30_000_000);
  journal.trouble = undefined;
  await consumer.clock.advance(30_000_000);
  consumer.end();
  await following;
  assert.deepEqual(consumer.troubles, ['JOURNAL_MISSING', undefined]);
});
