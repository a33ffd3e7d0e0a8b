/** How often a host tells others that it is there. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextTurn } from '../../../src/async/next-turn.js';
import { parseMessage } from '../../../src/fleet/messages/message.js';
import { createPresence, type OwnState } from '../../../src/fleet/presence.js';
import type { Session } from '../../../src/fleet/session.js';
import { createStreamClock } from '../../../src/fleet/stream-clock.js';
import { NOON } from '../../fakes/values.js';
import { MemoryStream } from '../../support/memory-stream.js';
import { VirtualClock } from '../../support/virtual-clock.js';

const MINUTE = 60_000_000;

function lab() {
  const clock = new VirtualClock(NOON);
  const stream = new MemoryStream(clock);
  let state: OwnState = { sequence: 0, applied: 0, members: 1, offer: undefined, isInLine: false };
  let session: Session | undefined = stream.open('web1');
  let gone = 0;
  const presence = createPresence({
    ...{ host: 'web1', version: '1', clock, streamClock: createStreamClock(clock, 'web1', 0), ownAddresses: () => [] },
    ...{ session: () => session, state: () => state },
    gone: async () => {
      gone += 1;
    },
  });
  const call = async () => {
    presence.tellWhenDue();
    for (let turn = 0; turn < 5; turn += 1) await nextTurn();
  };
  return {
    ...{ clock, stream, call },
    /** As f2b-fleetd calls it. */
    passMinutes: async (minutes: number) => {
      for (let minute = 0; minute < minutes; minute += 1) {
        await clock.advance(MINUTE);
        await call();
      }
    },
    knows: (members: number, isInLine = false) => {
      state = { ...state, members, isInLine };
    },
    connect: (to: Session) => {
      session = to;
    },
    /** After how many minutes it told, and after how many more it says that it does again. */
    told: () =>
      stream.stored.map((delivered) => {
        const message = parseMessage(delivered);
        assert.ok(message?.kind === 'member');
        return [(delivered.receivedAt - NOON) / MINUTE, (message.content.interval ?? Number.NaN) / MINUTE];
      }),
    timesGone: () => gone,
  };
}

test('a host of a small fleet tells of itself every five minutes, one of a large fleet less often, and each word says when the next comes', async () => {
  const { call, passMinutes, knows, told } = lab();
  await call();
  await passMinutes(6);
  knows(1_200);
  await passMinutes(44);
  assert.deepEqual(told(), [
    [0, 5],
    [5, 5],
    [10, 20],
    [30, 20],
    [50, 20],
  ]);
});

test('who begins to count for others, or comes to know fewer, tells so when a small fleet would', async () => {
  const { call, passMinutes, knows, told } = lab();
  knows(3_600);
  await call();
  await passMinutes(20);
  knows(3_600, true);
  await passMinutes(7);
  assert.deepEqual(told(), [
    [0, 60],
    [21, 5],
    [26, 5],
  ]);
});

test('a new connection to the stream in which its word is says nothing before it is time', async () => {
  const { clock, stream, call, connect, told } = lab();
  await call();
  connect(stream.open('web1'));
  await call();
  assert.equal(told().length, 1);
  connect({ ...stream.open('web1'), stream: { id: 'made anew', last: 0 } });
  await call();
  assert.equal(told().length, 2);
  await clock.advance(4 * MINUTE);
  await call();
  assert.equal(told().length, 2);
});

test('a word that did not get there is told again at once', async () => {
  const { stream, call, connect, told } = lab();
  connect({ ...stream.open('web1'), publish: () => Promise.reject(new Error('no answer')) });
  await call();
  connect(stream.open('web1'));
  await call();
  assert.equal(told().length, 1);
});

test('a host whose word is gone has all of its words told again', async () => {
  const { stream, call, passMinutes, told, timesGone } = lab();
  await call();
  await passMinutes(5);
  assert.equal(timesGone(), 0);
  stream.purge();
  await passMinutes(5);
  assert.deepEqual([told().length, timesGone()], [3, 1]);
});
